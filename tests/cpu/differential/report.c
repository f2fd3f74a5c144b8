/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <capstone/capstone.h>
#include <inttypes.h>
#include <string.h>

static const char *const gpr_names[N_GPRS] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp",
					       "rsi", "rdi", "r8",  "r9",  "r10", "r11",
					       "r12", "r13", "r14", "r15" };

static void disassemble(const struct program *p, const struct insn *insn, uint64_t address,
			char *text, size_t size)
{
	csh handle;
	cs_insn *out = NULL;
	cs_mode mode = p->bits == 64 ? CS_MODE_64 : p->bits == 32 ? CS_MODE_32 : CS_MODE_16;

	(void)snprintf(text, size, "(not decoded)");
	if (cs_open(CS_ARCH_X86, mode, &handle) != CS_ERR_OK) return;
	size_t n = cs_disasm(handle, insn->bytes, insn->length, address, 1, &out);
	if (n && out[0].size == insn->length)
		(void)snprintf(text, size, "%s %s", out[0].mnemonic, out[0].op_str);
	if (n) cs_free(out, n);
	(void)cs_close(&handle);
}

void finding_make(const struct program *p, const char *side, const struct outcome *here,
		  const struct outcome *there, uint32_t fields, struct finding *f)
{
	uint64_t address = WINDOW + PAGE_CODE * PAGE_BYTES + p->code_at;

	memset(f, 0, sizeof *f);
	f->side = side;
	f->fields = fields;
	f->count = p->count;
	(void)snprintf(f->mode, sizeof f->mode, "%ur%u", p->bits, p->ring);
	for (unsigned i = 0; i < p->count; i++) {
		size_t at = 0;
		disassemble(p, &p->insns[i], address, f->texts[i], sizeof f->texts[i]);
		for (unsigned k = 0; k < p->insns[i].length && at < sizeof f->bytes[i]; k++)
			at += (size_t)snprintf(f->bytes[i] + at, sizeof f->bytes[i] - at,
					       k ? " %02x" : "%02x", p->insns[i].bytes[k]);
		address += p->insns[i].length;
	}
	outcome_text(p, here, f->here, sizeof f->here);
	outcome_text(p, there, f->there, sizeof f->there);
}

static void word_name(unsigned w, char *text, size_t size)
{
	static const char *const names[] = {
		"rip",  "rflags", "vector", "error", "cr2",     "es cs ss ds", "fs gs ldtr tr",
		"cr0",  "cr3",    "cr4",    "cr8",   "fs base", "gs base",     "kernel gs base",
		"efer", "dr6",    "dr7",    "star",  "lstar",   "gdt limit",   "idt limit"
	};
	if (w < N_GPRS)
		(void)snprintf(text, size, "%s", gpr_names[w]);
	else if (w < W_FX)
		(void)snprintf(text, size, "%s", names[w - W_RIP]);
	else if (w == W_FX)
		(void)snprintf(text, size, "ftw fsw fcw");
	else if (w < W_FX + 4)
		(void)snprintf(text, size, "mxcsr");
	else if (w < W_FX + 20)
		(void)snprintf(text, size, "st%u%s", (w - W_FX - 4) / 2,
			       w % 2 == W_FX % 2 ? "" : " high");
	else
		(void)snprintf(text, size, "xmm%u%s", (w - W_FX - 20) / 2,
			       w % 2 == W_FX % 2 ? "" : " high");
}

static void print_state(FILE *to, const struct program *p)
{
	uint16_t fcw, fsw;
	uint32_t mxcsr;

	for (unsigned i = 0; i < N_GPRS; i++)
		fprintf(to, "%s%-3s %016" PRIx64, i % 4 ? "  " : "\n    ", gpr_names[i],
			p->gprs[i]);
	memcpy(&fcw, p->fx, 2);
	memcpy(&fsw, p->fx + 2, 2);
	memcpy(&mxcsr, p->fx + 24, 4);
	fprintf(to,
		"\n    rflags %" PRIx64 "  cr0 %" PRIx64 "  cr4 %" PRIx64 "  fs base %" PRIx64
		"  gs base %" PRIx64
		"\n    es %x cs %x ss %x ds %x fs %x gs %x  fcw %x fsw %x ftw %x mxcsr %x\n",
		p->rflags, p->cr0, p->cr4, p->fs_base, p->gs_base, p->segments[ES], p->segments[CS],
		p->segments[SS], p->segments[DS], p->segments[FS], p->segments[GS], fcw, fsw,
		p->fx[4], mxcsr);
	for (unsigned i = 0; i < MAX_PATCHES; i++)
		if (p->patches[i].used)
			fprintf(to, "    [%x] = %016" PRIx64 "\n", WINDOW + p->patches[i].offset,
				p->patches[i].value);
}

static void print_changes(FILE *to, const char *side, const struct outcome *o)
{
	fprintf(to, "    %-6s memory:", side);
	for (unsigned i = 0; i < o->n_listed && i < 6; i++)
		fprintf(to, " [%x]=%016" PRIx64, WINDOW + o->changes[i].offset,
			o->changes[i].value);
	fprintf(to, "%s\n", o->n_listed > 6 ? " ..." : o->n_listed ? "" : " unchanged");
}

void report_finding(FILE *to, const struct program *p, const struct finding *f,
		    const struct outcome *here, const struct outcome *there)
{
	char fields[128], name[32];
	bool native = strcmp(f->side, "host") == 0;
	uint64_t address = WINDOW + PAGE_CODE * PAGE_BYTES + p->code_at;

	fields_text(f->fields, fields, sizeof fields);
	fprintf(to, "program %" PRIu32 ", %s: here %s, %s %s; differs: %s\n", p->origin, f->mode,
		f->here, f->side, f->there, fields);
	for (unsigned i = 0; i < p->count; i++) {
		fprintf(to, "    %08" PRIx64 "  %-32s %s\n", address, f->bytes[i], f->texts[i]);
		address += p->insns[i].length;
	}
	fprintf(to, "  before:");
	print_state(to, p);
	fprintf(to, "  after:%*shere%*s%s\n", 18, "", 14, "", f->side);
	for (unsigned w = 0; w < N_WORDS; w++) {
		uint64_t a = here->words[w], b = there->words[w];
		bool same = ((a ^ b) & word_mask(p, w, native)) == 0;
		if (same && w != W_RIP && w != W_CR2 && w != W_ERROR) continue;
		word_name(w, name, sizeof name);
		fprintf(to, "    %-16s %016" PRIx64 "  %016" PRIx64 "%s\n", name, a, b,
			same ? "" : "  *");
	}
	if (here->n_changes || there->n_changes) {
		print_changes(to, "here", here);
		print_changes(to, f->side, there);
	}
	fputc('\n', to);
}
