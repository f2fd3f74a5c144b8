/* SPDX-License-Identifier: MIT */
/* Small ELF files, built in memory by hand, without the library that reads them. */
#ifndef TESTS_UNIT_BOOT_ELF_BUILDER_H
#define TESTS_UNIT_BOOT_ELF_BUILDER_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { BUILT_MAX = 8192, BUILT_DATA = 0x200 };

struct built {
	uint8_t bytes[BUILT_MAX];
	size_t size;
	bool is_64;
	unsigned n;
};

static inline Elf32_Ehdr *built_header32(struct built *b) { return (Elf32_Ehdr *)b->bytes; }
static inline Elf64_Ehdr *built_header64(struct built *b) { return (Elf64_Ehdr *)b->bytes; }
static inline Elf32_Phdr *built_segment32(struct built *b, unsigned i)
{
	return (Elf32_Phdr *)(b->bytes + sizeof(Elf32_Ehdr)) + i;
}
static inline Elf64_Phdr *built_segment64(struct built *b, unsigned i)
{
	return (Elf64_Phdr *)(b->bytes + sizeof(Elf64_Ehdr)) + i;
}

static inline void build_elf32(struct built *b, uint32_t entry)
{
	Elf32_Ehdr *h = built_header32(b);

	memset(b, 0, sizeof(*b));
	memcpy(h->e_ident,
	       "\x7f"
	       "ELF",
	       4);
	h->e_ident[EI_CLASS] = ELFCLASS32;
	h->e_ident[EI_DATA] = ELFDATA2LSB;
	h->e_ident[EI_VERSION] = EV_CURRENT;
	h->e_type = ET_EXEC;
	h->e_machine = EM_386;
	h->e_version = EV_CURRENT;
	h->e_entry = entry;
	h->e_phoff = sizeof(*h);
	h->e_ehsize = sizeof(*h);
	h->e_phentsize = sizeof(Elf32_Phdr);
	h->e_shentsize = sizeof(Elf32_Shdr);
	b->size = BUILT_DATA;
}

static inline void build_elf64(struct built *b, uint64_t entry)
{
	Elf64_Ehdr *h = built_header64(b);

	memset(b, 0, sizeof(*b));
	memcpy(h->e_ident,
	       "\x7f"
	       "ELF",
	       4);
	h->e_ident[EI_CLASS] = ELFCLASS64;
	h->e_ident[EI_DATA] = ELFDATA2LSB;
	h->e_ident[EI_VERSION] = EV_CURRENT;
	h->e_type = ET_EXEC;
	h->e_machine = EM_X86_64;
	h->e_version = EV_CURRENT;
	h->e_entry = entry;
	h->e_phoff = sizeof(*h);
	h->e_ehsize = sizeof(*h);
	h->e_phentsize = sizeof(Elf64_Phdr);
	h->e_shentsize = sizeof(Elf64_Shdr);
	b->size = BUILT_DATA;
	b->is_64 = true;
}

/* Adds a loadable segment of `filesz` bytes of value `fill`, and zeroes up to `memsz`. */
static inline void build_segment(struct built *b, uint64_t vaddr, uint64_t paddr, uint8_t fill,
				 uint32_t filesz, uint64_t memsz)
{
	if (b->is_64) {
		*built_segment64(b, b->n) = (Elf64_Phdr){ .p_type = PT_LOAD,
							  .p_offset = b->size,
							  .p_vaddr = vaddr,
							  .p_paddr = paddr,
							  .p_filesz = filesz,
							  .p_memsz = memsz,
							  .p_flags = PF_R | PF_X };
		built_header64(b)->e_phnum++;
	} else {
		*built_segment32(b, b->n) = (Elf32_Phdr){ .p_type = PT_LOAD,
							  .p_offset = (uint32_t)b->size,
							  .p_vaddr = (uint32_t)vaddr,
							  .p_paddr = (uint32_t)paddr,
							  .p_filesz = filesz,
							  .p_memsz = (uint32_t)memsz,
							  .p_flags = PF_R | PF_X };
		built_header32(b)->e_phnum++;
	}
	b->n++;
	memset(b->bytes + b->size, fill, filesz);
	b->size += filesz;
}

#endif
