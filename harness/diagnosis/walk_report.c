/* SPDX-License-Identifier: MIT */
/* SDM Vol. 3A chapter 4: the entries are in tables 4-4 to 4-20, the access rights in 4.6. */
#include "harness/diagnosis/walk_report.h"

#include <inttypes.h>

#include "emu/array.h"

#define CR0_WP   (UINT64_C(1) << 16)
#define CR0_PG   (UINT64_C(1) << 31)
#define CR4_PAE  (UINT64_C(1) << 5)
#define EFER_LMA (UINT64_C(1) << 10)
#define EFER_NXE (UINT64_C(1) << 11)
#define BIT_NX   63

enum {
	BIT_P = 0,
	BIT_W = 1,
	BIT_U = 2,
	BIT_PS = 7,
	LAST_IGNORED = 62,
	FIRST_IGNORED = 52,
	PLACE_SIZE = 64
};

static bool bit(uint64_t value, unsigned n) { return value >> n & 1; }

static const char *paging_name(const struct paging_mode *mode)
{
	if (mode->efer & EFER_LMA) return "4-level paging";
	return mode->cr4 & CR4_PAE ? "PAE paging" : "32-bit paging";
}

static const char *access_name(enum page_access access)
{
	static const char *const names[] = { "read", "write", "instruction fetch" };
	return names[access];
}

/* ---- the levels */

static void print_flags(const struct page_explanation *e, unsigned i, FILE *out)
{
	static const struct {
		unsigned bit;
		const char *name;
	} flags[] = { { 1, "W" }, { 2, "U" }, { 3, "PWT" }, { 4, "PCD" },
		      { 5, "A" }, { 6, "D" }, { 7, "PS" },  { 8, "G" } };
	uint64_t entry = e->walk.entry[i];
	if (!bit(entry, BIT_P)) {
		fputs("not present", out);
		return;
	}
	fputc('P', out);
	for (size_t f = 0; f < ARRAY_SIZE(flags); f++) {
		bool leaf_only = flags[f].bit == 6 || flags[f].bit == 8;
		bool pat = flags[f].bit == BIT_PS && e->level[i].name[1] == 'T';
		if (!bit(entry, flags[f].bit) || (leaf_only && !e->level[i].leaf)) continue;
		fprintf(out, " %s", pat ? "PAT" : flags[f].name);
	}
	if (e->walk.entry_bytes == 8 && bit(entry, BIT_NX)) fputs(" NX", out);
}

static const char *page_size_name(uint64_t size)
{
	if (size >> 30) return "1 GiB";
	if (size >> 22) return "4 MiB";
	return size >> 21 ? "2 MiB" : "4 KiB";
}

static void print_level(const struct page_explanation *e, unsigned i, FILE *out)
{
	const struct page_walk *w = &e->walk;
	int digits = (int)w->entry_bytes * 2;
	fprintf(out, "    %-5s[%3u] at 0x%010" PRIx64 "  %0*" PRIx64 "  ", e->level[i].name,
		e->level[i].index, w->entry_pa[i], digits, w->entry[i]);
	if (!e->level[i].in_memory) {
		fputs("no memory there: it reads as all ones\n", out);
		return;
	}
	print_flags(e, i, out);
	if (e->level[i].leaf && w->present)
		fprintf(out, ", a page of %s at 0x%" PRIx64, page_size_name(w->page_size),
			w->pa & ~(w->page_size - 1));
	fputc('\n', out);
}

/* ---- the verdict */

static const char *entry_place(const struct page_explanation *e, unsigned i, char *buf, size_t size)
{
	snprintf(buf, size, "%s[%u] at 0x%" PRIx64, e->level[i].name, e->level[i].index,
		 e->walk.entry_pa[i]);
	return buf;
}

static void say_not_present(const struct page_explanation *e, const char *entry, char *buf,
			    size_t size)
{
	uint64_t value = e->walk.entry[e->refused_at];
	if (value == 0)
		snprintf(buf, size, "%s is not present: it is zero, nothing was ever mapped there",
			 entry);
	else
		snprintf(buf, size,
			 "%s is not present: its P bit (bit 0) is clear, the other bits (0x%" PRIx64
			 ") mean nothing to the CPU",
			 entry, value);
}

static unsigned lowest_bit(uint64_t value)
{
	unsigned n = 0;
	while (n < 63 && !bit(value, n)) n++;
	return n;
}

static void say_reserved(const struct page_explanation *e, const char *entry, char *buf,
			 size_t size)
{
	unsigned n = lowest_bit(e->reserved);
	const char *why = "must be zero in this kind of entry";
	if (!e->level[e->refused_at].has_rights)
		why = "must be zero in a PDPTE of PAE paging, which has no access rights";
	else if (n == BIT_NX)
		why = "is NX, which is reserved until EFER.NXE is set";
	else if (n == BIT_PS && e->level[e->refused_at].name[1] == 'M')
		why = "is PS, which is reserved in a PML4E";
	else if (n == BIT_PS)
		why = "is PS, but this CPU has no 1 GiB pages (CPUID.80000001H:EDX.Page1GB is 0)";
	else if (n >= PAGING_PHYS_BITS && n < FIRST_IGNORED)
		why = "lies beyond the physical addresses of this CPU (40 bits)";
	else if (n >= FIRST_IGNORED && n <= LAST_IGNORED)
		why = "is reserved in PAE paging";
	else if (e->level[e->refused_at].leaf)
		why = "must be zero in a large page, whose frame is aligned to its size";
	snprintf(buf, size, "%s has reserved bits set (0x%" PRIx64 "): bit %u %s", entry,
		 e->reserved, n, why);
}

const char *walk_verdict(const struct page_explanation *e, char *buf, size_t size)
{
	char entry[PLACE_SIZE];
	entry_place(e, e->refused_at, entry, sizeof(entry));
	bool levels = e->walk.levels > 0;
	if (e->refusal == PAGE_NONCANONICAL) {
		snprintf(buf, size,
			 "0x%" PRIx64 " is not canonical: bits 63 to 47 must all be equal",
			 e->linear);
		return buf;
	}
	if (levels && e->refusal != PAGE_ALLOWED && !e->level[e->refused_at].in_memory) {
		snprintf(buf, size,
			 "there is no memory where %s should be: CR3 or the entry above it points "
			 "outside RAM",
			 entry);
		return buf;
	}
	switch (e->refusal) {
	case PAGE_NOT_PRESENT: say_not_present(e, entry, buf, size); break;
	case PAGE_RESERVED_BIT: say_reserved(e, entry, buf, size); break;
	case PAGE_SUPERVISOR_ONLY:
		snprintf(buf, size,
			 "%s keeps ring 3 out: its U/S bit (bit 2) is clear, and it must be set at "
			 "every level",
			 entry);
		break;
	case PAGE_READ_ONLY:
		snprintf(buf, size, "%s is read-only: its R/W bit (bit 1) is clear%s", entry,
			 e->user ? "" : ", and CR0.WP makes that hold for ring 0 too");
		break;
	case PAGE_NO_EXECUTE:
		snprintf(buf, size, "%s forbids execution: its NX bit (bit 63) is set", entry);
		break;
	case PAGE_SMEP:
		snprintf(buf, size,
			 "the page belongs to ring 3 (U/S is set at every level), and CR4.SMEP "
			 "keeps ring 0 from executing it");
		break;
	case PAGE_NONCANONICAL:
	case PAGE_ALLOWED:
	default:
		snprintf(buf, size, "the tables allow it as they are now, to physical 0x%" PRIx64,
			 e->walk.pa);
		break;
	}
	return buf;
}

void walk_report(const struct page_explanation *e, FILE *out)
{
	char verdict[WALK_VERDICT_SIZE];
	fprintf(out, "walk of 0x%" PRIx64 " for a %s %s: ", e->linear,
		e->user ? "user" : "supervisor", access_name(e->access));
	if (!(e->mode.cr0 & CR0_PG)) {
		fprintf(out, "paging is off, it is physical 0x%" PRIx64 "\n", e->linear);
		return;
	}
	fprintf(out, "%s, CR3 0x%" PRIx64 "%s%s\n", paging_name(&e->mode), e->mode.cr3,
		e->mode.cr0 & CR0_WP ? ", CR0.WP" : "",
		e->mode.efer & EFER_NXE ? ", EFER.NXE" : "");
	for (unsigned i = 0; i < e->walk.levels; i++) print_level(e, i, out);
	fprintf(out, "  %s\n", walk_verdict(e, verdict, sizeof(verdict)));
}
