/* SPDX-License-Identifier: MIT */
/* ELF (System V ABI, gABI chapters 4 and 5), read with libelf. ELF defines no boot protocol. Here,
 * segments are loaded to their physical addresses. ELF32 starts in flat protected mode; ELF64
 * starts in long mode with the first 4 GiB identity-mapped, and each segment mapped at its virtual
 * address. */
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/x86/start_state.h"
#include "harness/boot/internal.h"

enum { CANONICAL_BITS = 48 };

bool load_is_elf(const uint8_t *bytes, size_t size)
{
	return size >= EI_NIDENT && memcmp(bytes, ELFMAG, SELFMAG) == 0;
}

static const char *type_name(unsigned type)
{
	switch (type) {
	case ET_REL: return "a relocatable object file";
	case ET_CORE: return "a core dump";
	default: return "of a type that is not executable";
	}
}

static bool check_machine(struct load *l, const GElf_Ehdr *header)
{
	bool is_64 = header->e_ident[EI_CLASS] == ELFCLASS64;

	if (header->e_ident[EI_DATA] != ELFDATA2LSB)
		return load_fail(l,
				 "the ELF file is big-endian (byte %d is %u); x86 is little-"
				 "endian",
				 EI_DATA, header->e_ident[EI_DATA]);
	if (header->e_machine == (is_64 ? EM_X86_64 : EM_386)) return true;
	return load_fail(l, "the ELF%d file is for machine %u; expected %d (%s): build it for x86",
			 is_64 ? 64 : 32, header->e_machine, is_64 ? EM_X86_64 : EM_386,
			 is_64 ? "x86-64" : "i386");
}

static bool check_header(struct load *l, const GElf_Ehdr *header)
{
	if (!check_machine(l, header)) return false;
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return load_fail(l, "the ELF file is %s (e_type %u): link it into an executable",
				 type_name(header->e_type), header->e_type);
	return true;
}

/* ---- segments ---- */

static bool check_segment(struct load *l, size_t number, const GElf_Phdr *p)
{
	if (p->p_filesz > p->p_memsz)
		return load_fail(l,
				 "segment %zu has more bytes in the file (0x%" PRIx64
				 ") than in memory (0x%" PRIx64 ")",
				 number, p->p_filesz, p->p_memsz);
	if (p->p_offset > l->size || p->p_filesz > l->size - p->p_offset)
		return load_fail(l,
				 "segment %zu lies at file offset 0x%" PRIx64 ", 0x%" PRIx64
				 " bytes, but the file ends at 0x%zx: it is truncated",
				 number, p->p_offset, p->p_filesz, l->size);
	if (p->p_paddr + p->p_memsz < p->p_paddr || p->p_vaddr + p->p_memsz < p->p_vaddr)
		return load_fail(l, "segment %zu wraps around the end of the address space",
				 number);
	return true;
}

static bool add_segment(struct load *l, struct elf_image *elf, size_t number, const GElf_Phdr *p)
{
	if (p->p_type != PT_LOAD || p->p_memsz == 0) return true;
	if (!check_segment(l, number, p)) return false;
	if (elf->n == ELF_MAX_SEGMENTS)
		return load_fail(l, "the ELF file has more than %d loadable segments",
				 ELF_MAX_SEGMENTS);
	elf->segment[elf->n++] = (struct elf_segment){ .offset = p->p_offset,
						       .vaddr = p->p_vaddr,
						       .paddr = p->p_paddr,
						       .filesz = p->p_filesz,
						       .memsz = p->p_memsz };
	return true;
}

/* A linker may load notes, such as the build ID, by a segment of their own. */
static void mark_note(struct elf_image *elf, const GElf_Phdr *note)
{
	for (size_t i = 0; i < elf->n; i++) {
		struct elf_segment *s = &elf->segment[i];

		if (s->offset == note->p_offset && s->filesz == note->p_filesz) s->is_note = true;
	}
}

static bool list_segments(struct load *l, Elf *file, struct elf_image *elf)
{
	size_t n;

	if (elf_getphdrnum(file, &n) != 0)
		return load_fail(l, "the ELF program headers cannot be read: %s", elf_errmsg(-1));
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr phdr;

		if (!gelf_getphdr(file, (int)i, &phdr))
			return load_fail(l, "ELF program header %zu of %zu cannot be read: %s", i,
					 n, elf_errmsg(-1));
		if (!add_segment(l, elf, i, &phdr)) return false;
	}
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr phdr;

		if (gelf_getphdr(file, (int)i, &phdr) && phdr.p_type == PT_NOTE)
			mark_note(elf, &phdr);
	}
	if (elf->n == 0)
		return load_fail(l, "the ELF file has no loadable segments (%zu program headers)",
				 n);
	return true;
}

/* A position-independent file linked at 0 would overwrite the BIOS's data, and nobody would apply
 * its relocations. One that is linked at its final address needs none. */
bool load_elf_check_position(struct load *l, const struct elf_image *elf)
{
	for (size_t i = 0; elf->is_shared && i < elf->n; i++) {
		if (elf->segment[i].paddr >= LOAD_LOW) continue;
		return load_fail(l,
				 "the ELF file is position-independent (ET_DYN) and linked at "
				 "0x%" PRIx64 ": link it with -no-pie at a physical address",
				 elf->segment[i].paddr);
	}
	return true;
}

static bool parse(struct load *l, Elf *file, struct elf_image *elf)
{
	GElf_Ehdr header;

	if (elf_kind(file) != ELF_K_ELF || !gelf_getehdr(file, &header))
		return load_fail(l, "the ELF header is damaged: %s", elf_errmsg(-1));
	elf->is_64 = header.e_ident[EI_CLASS] == ELFCLASS64;
	l->result->is_elf64 = elf->is_64;
	elf->is_shared = header.e_type == ET_DYN;
	elf->entry = header.e_entry;
	return check_header(l, &header) && list_segments(l, file, elf);
}

bool load_elf_parse(struct load *l, struct elf_image *elf)
{
	Elf *file;
	bool ok;

	memset(elf, 0, sizeof(*elf));
	if (!load_is_elf(l->bytes, l->size))
		return load_fail(l, "not an ELF file: \"\\x7f"
				    "ELF\" expected at offset 0");
	elf_version(EV_CURRENT);
	/* libelf wants char *; the file is opened for reading only. */
	file = elf_memory((char *)l->bytes, l->size);
	if (!file) return load_fail(l, "the ELF header is damaged: %s", elf_errmsg(-1));
	ok = parse(l, file, elf);
	elf_end(file);
	return ok;
}

void load_elf_range(const struct elf_image *elf, uint64_t *base, uint64_t *end)
{
	*base = UINT64_MAX;
	*end = 0;
	for (size_t i = 0; i < elf->n; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (s->paddr < *base) *base = s->paddr;
		if (s->paddr + s->memsz > *end) *end = s->paddr + s->memsz;
	}
}

void load_elf_move(struct elf_image *elf, uint64_t offset)
{
	for (size_t i = 0; i < elf->n; i++) elf->segment[i].paddr += offset;
}

static bool load_segment(struct load *l, size_t number, const struct elf_segment *s)
{
	char what[LOAD_WHAT_MAX];
	char where[LOAD_WHAT_MAX];

	snprintf(what, sizeof(what), "loadable segment %zu", number);
	snprintf(where, sizeof(where), "file offset 0x%" PRIx64, s->offset);
	if (!load_is_ram(l, s->paddr, s->memsz))
		return load_fail_not_ram(l, s->paddr, s->memsz, what, where, s);
	return load_reserve(l, s->paddr, s->memsz, what, where) &&
	       load_write(l, s->paddr, l->bytes + s->offset, s->filesz) &&
	       load_clear(l, s->paddr + s->filesz, s->memsz - s->filesz);
}

bool load_elf_segments(struct load *l, const struct elf_image *elf)
{
	for (size_t i = 0; i < elf->n; i++)
		if (!load_segment(l, i, &elf->segment[i])) return false;
	load_elf_range(elf, &l->result->image_base, &l->result->image_end);
	return true;
}

/* ---- entry points ---- */

static bool within(uint64_t address, uint64_t base, uint64_t size)
{
	return address >= base && address - base < size;
}

static bool fail_entry(struct load *l, const struct elf_image *elf)
{
	return load_fail(l, "the entry point 0x%" PRIx64 " lies in no loadable segment",
			 elf->entry);
}

bool load_elf_physical_entry(struct load *l, const struct elf_image *elf, uint64_t *entry)
{
	for (size_t i = 0; i < elf->n; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (!within(elf->entry, s->vaddr, s->memsz)) continue;
		*entry = elf->entry - s->vaddr + s->paddr;
		return true;
	}
	for (size_t i = 0; i < elf->n; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (!within(elf->entry, s->paddr, s->memsz)) continue;
		*entry = elf->entry;
		return true;
	}
	return fail_entry(l, elf);
}

/* ---- ELF64: virtual ranges ---- */

/* Two segments in one virtual page need the same physical page. */
static bool check_shared_pages(struct load *l, const struct elf_image *elf, size_t a, size_t b)
{
	const uint64_t mask = ~(uint64_t)(MEM_PAGE - 1);
	const struct elf_segment *x = &elf->segment[a];
	const struct elf_segment *y = &elf->segment[b];

	if (x->vaddr - x->paddr == y->vaddr - y->paddr) return true;
	if ((x->vaddr & mask) > ((y->vaddr + y->memsz - 1) & mask)) return true;
	if ((y->vaddr & mask) > ((x->vaddr + x->memsz - 1) & mask)) return true;
	return load_fail(l,
			 "loadable segments %zu (virtual 0x%" PRIx64 ", physical 0x%" PRIx64
			 ") and %zu (virtual 0x%" PRIx64 ", physical 0x%" PRIx64
			 ") share a virtual page but not its physical address",
			 a, x->vaddr, x->paddr, b, y->vaddr, y->paddr);
}

static bool is_canonical(uint64_t va)
{
	uint64_t top = va >> (CANONICAL_BITS - 1);

	return top == 0 || top == UINT64_MAX >> (CANONICAL_BITS - 1);
}

static bool check_virtual(struct load *l, size_t number, const struct elf_segment *s)
{
	uint64_t last = s->vaddr + s->memsz - 1;

	if ((s->vaddr - s->paddr) % MEM_PAGE != 0)
		return load_fail(l,
				 "loadable segment %zu has virtual address 0x%" PRIx64
				 " and physical address 0x%" PRIx64
				 ", which differ within a page: no page table can map it",
				 number, s->vaddr, s->paddr);
	if (!is_canonical(s->vaddr) || !is_canonical(last) || (s->vaddr ^ last) >> 63)
		return load_fail(l,
				 "loadable segment %zu has virtual addresses 0x%" PRIx64
				 "-0x%" PRIx64 ", which are not canonical",
				 number, s->vaddr, last);
	return true;
}

static bool map_segments(struct load *l, const struct elf_image *elf, struct page_tables *tables)
{
	for (size_t i = 0; i < elf->n; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (s->vaddr == s->paddr) continue;
		if (!check_virtual(l, i, s)) return false;
		for (size_t j = 0; j < elf->n; j++)
			if (!check_shared_pages(l, elf, i, j)) return false;
		if (!page_tables_map(tables, s->vaddr, s->paddr, s->memsz))
			return load_fail(l,
					 "loadable segment %zu (0x%" PRIx64
					 " bytes) needs too many page tables",
					 i, s->memsz);
	}
	return true;
}

static bool check_long_entry(struct load *l, const struct elf_image *elf)
{
	for (size_t i = 0; i < elf->n; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (within(elf->entry, s->vaddr, s->memsz) ||
		    within(elf->entry, s->paddr, s->memsz))
			return true;
	}
	return fail_entry(l, elf);
}

static bool start_elf64(struct load *l, const struct elf_image *elf)
{
	uint64_t end = l->result->image_end;
	struct page_tables *tables = page_tables_new(end > LOAD_4GIB ? end : LOAD_4GIB);
	bool ok;

	if (!tables) return load_fail(l, "out of host memory for page tables");
	ok = check_long_entry(l, elf) && map_segments(l, elf, tables) &&
	     load_start_long(l, tables, elf->entry);
	page_tables_free(tables);
	l->result->entry = elf->entry;
	return ok;
}

static bool start_elf32(struct load *l, const struct elf_image *elf)
{
	if (!load_elf_physical_entry(l, elf, &l->result->entry)) return false;
	return load_start_protected(l, (uint32_t)l->result->entry);
}

bool load_elf(struct load *l)
{
	struct elf_image elf;

	if (!load_elf_parse(l, &elf) || !load_elf_check_position(l, &elf) ||
	    !load_refuse_extras(l, "an ELF file without multiboot") || !load_elf_segments(l, &elf))
		return false;
	if (l->request->kind == BOOT_AUTO) load_explain_plain_elf(l);
	return elf.is_64 ? start_elf64(l, &elf) : start_elf32(l, &elf);
}
