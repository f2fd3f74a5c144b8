/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/symbols.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "harness/diagnosis/source_path.h"

enum {
	DIES_MAX = 1 << 20, /* visited for one address */
	LABELS_MAX = 64     /* skipped in the search for the function around an address */
};

struct entry {
	uint64_t address, size; /* size 0: up to the next symbol */
	const char *name;
	bool function, global;
};

/* A loaded segment, to convert physical to virtual addresses. */
struct segment {
	uint64_t vaddr, paddr, size;
};

struct symbols {
	Elf *elf;
	Dwarf *dwarf;
	bool dwarf_tried, has_unit;
	Dwarf_Die unit;      /* the last unit in which an address was found */
	struct entry *entry; /* by address */
	size_t n;
	struct segment *segment; /* owned */
	size_t n_segments;
};

static bool is_x86(Elf *elf)
{
	GElf_Ehdr header;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header)) return false;
	if (header.e_ident[EI_DATA] != ELFDATA2LSB) return false;
	return header.e_machine == EM_386 || header.e_machine == EM_X86_64;
}

static void read_segments(struct symbols *s)
{
	size_t n;

	if (elf_getphdrnum(s->elf, &n) != 0 || n == 0) return;
	s->segment = calloc(n, sizeof(*s->segment)); /* not more than the image has bytes for */
	for (size_t i = 0; s->segment && i < n; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(s->elf, (int)i, &p)) return;
		if (p.p_type != PT_LOAD || p.p_memsz == 0) continue;
		s->segment[s->n_segments++] = (struct segment){ p.p_vaddr, p.p_paddr, p.p_memsz };
	}
}

/* ---- the symbol table ---- */

/* Of those at one address, the best name comes last. */
static int by_address(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->address != y->address) return x->address < y->address ? -1 : 1;
	if (x->function != y->function) return x->function ? 1 : -1;
	if (x->global != y->global) return x->global ? 1 : -1;
	return strcmp(x->name, y->name);
}

static bool is_name_of_code(const GElf_Sym *sym, const char *name)
{
	unsigned type = GELF_ST_TYPE(sym->st_info);

	if (!name || !*name || sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS) return false;
	return type == STT_FUNC || type == STT_NOTYPE || type == STT_GNU_IFUNC ||
	       type == STT_OBJECT;
}

static void read_entries(struct symbols *s, Elf_Data *data, size_t n, size_t strings)
{
	for (size_t i = 0; i < n; i++) {
		GElf_Sym sym;
		const char *name;

		if (!gelf_getsym(data, (int)i, &sym)) return;
		name = elf_strptr(s->elf, strings, sym.st_name);
		if (!is_name_of_code(&sym, name)) continue;
		s->entry[s->n++] =
			(struct entry){ .address = sym.st_value,
					.size = sym.st_size,
					.name = name,
					.function = GELF_ST_TYPE(sym.st_info) == STT_FUNC,
					.global = GELF_ST_BIND(sym.st_info) != STB_LOCAL };
	}
}

static void read_table(struct symbols *s, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t entry_size = gelf_fsize(s->elf, ELF_T_SYM, 1, EV_CURRENT);
	size_t n;

	if (!data || !data->d_buf || entry_size == 0) return;
	n = data->d_size / entry_size;
	if (n == 0) return;
	s->entry = calloc(n, sizeof(*s->entry));
	if (!s->entry) return;
	read_entries(s, data, n, header->sh_link);
	qsort(s->entry, s->n, sizeof(*s->entry), by_address);
}

static void read_symbols(struct symbols *s)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(s->elf, section)) != NULL) {
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB) continue;
		read_table(s, section, &header);
		return;
	}
}

struct symbols *symbols_new(uint8_t *image, size_t size)
{
	struct symbols *s = calloc(1, sizeof(*s));

	if (!s) return NULL;
	elf_version(EV_CURRENT);
	if (size >= EI_NIDENT && memcmp(image, ELFMAG, SELFMAG) == 0)
		s->elf = elf_memory((char *)image, size);
	if (!s->elf || !is_x86(s->elf)) {
		symbols_free(s);
		return NULL;
	}
	read_segments(s);
	read_symbols(s);
	return s;
}

void symbols_free(struct symbols *s)
{
	if (!s) return;
	if (s->dwarf) dwarf_end(s->dwarf);
	if (s->elf) elf_end(s->elf);
	free(s->entry);
	free(s->segment);
	free(s);
}

size_t symbols_count(const struct symbols *s) { return s ? s->n : 0; }

/* ---- lookup ---- */

/* How many entries are at or below the address. */
static size_t count_below(const struct symbols *s, uint64_t address)
{
	size_t lo = 0;
	size_t hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->entry[mid].address <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool covers(const struct entry *e, uint64_t address)
{
	return address - e->address < e->size;
}

/* The function around the address, even if there are labels inside it; else the nearest symbol
 * before it. NULL: none. */
static const struct entry *holder(const struct symbols *s, uint64_t address)
{
	size_t n = count_below(s, address);
	size_t first = n > LABELS_MAX ? n - LABELS_MAX : 0;
	uint64_t nearest;

	if (n == 0) return NULL;
	nearest = s->entry[n - 1].address;
	for (size_t i = n; i > first; i--) {
		const struct entry *e = &s->entry[i - 1];

		if (e->function && covers(e, address)) return e;
	}
	for (size_t i = n; i > first && s->entry[i - 1].address == nearest; i--) {
		const struct entry *e = &s->entry[i - 1];

		if (e->size == 0 || covers(e, address)) return e;
	}
	return NULL;
}

static bool in_image(const struct symbols *s, uint64_t address)
{
	for (size_t i = 0; i < s->n_segments; i++)
		if (address - s->segment[i].vaddr < s->segment[i].size) return true;
	return false;
}

static bool lookup_virtual(const struct symbols *s, uint64_t address, struct symbol *symbol)
{
	const struct entry *e = in_image(s, address) ? holder(s, address) : NULL;

	if (!e) return false;
	symbol->name = e->name;
	symbol->address = e->address;
	symbol->offset = address - e->address;
	symbol->function = e->function && address - e->address < e->size;
	return true;
}

/* Convert a physical address to a virtual one, by the loaded segments. False: it is in none. */
static bool to_virtual(const struct symbols *s, uint64_t physical, uint64_t *address)
{
	for (size_t i = 0; i < s->n_segments; i++) {
		const struct segment *g = &s->segment[i];

		if (physical - g->paddr >= g->size) continue;
		*address = physical - g->paddr + g->vaddr;
		return true;
	}
	return false;
}

bool symbols_lookup(const struct symbols *s, uint64_t address, struct symbol *symbol)
{
	uint64_t linked;

	if (!s) return false;
	if (lookup_virtual(s, address, symbol)) return true;
	return to_virtual(s, address, &linked) && lookup_virtual(s, linked, symbol);
}

bool symbols_find(const struct symbols *s, const char *name, uint64_t *address)
{
	for (size_t i = 0; s && i < s->n; i++) {
		if (strcmp(s->entry[i].name, name) != 0) continue;
		*address = s->entry[i].address;
		return true;
	}
	return false;
}

/* ---- source lines ---- */

/* The compilation unit whose code holds the address. False: none. */
static bool find_unit(struct symbols *s, uint64_t address, Dwarf_Die *unit)
{
	Dwarf_Off offset = 0;
	Dwarf_Off next;
	size_t header_size;

	if (s->has_unit && dwarf_haspc(&s->unit, address) == 1) {
		*unit = s->unit;
		return true;
	}
	while (dwarf_nextcu(s->dwarf, offset, &next, &header_size, NULL, NULL, NULL) == 0) {
		if (dwarf_offdie(s->dwarf, offset + header_size, unit) &&
		    dwarf_haspc(unit, address) == 1) {
			s->unit = *unit;
			s->has_unit = true;
			return true;
		}
		if (next <= offset) return false;
		offset = next;
	}
	return false;
}

static const char *text_of(Dwarf_Die *unit, unsigned attribute)
{
	Dwarf_Attribute value;

	return dwarf_formstring(dwarf_attr(unit, attribute, &value));
}

/* Fill in `line`. `path` is libdw's: the file's name, with the unit's folder before it unless it is
 * absolute. */
static bool set_line(Dwarf_Die *unit, const char *path, int number, struct source_line *line)
{
	struct source_unit u = { text_of(unit, DW_AT_producer), text_of(unit, DW_AT_comp_dir),
				 text_of(unit, DW_AT_name) };
	size_t n = u.folder ? strlen(u.folder) : 0;

	if (!path || number <= 0) return false;
	if (n && strncmp(path, u.folder, n) == 0 && path[n] == '/') path += n + 1;
	source_path(&u, path, line->file, sizeof(line->file));
	line->line = number;
	return true;
}

static bool line_virtual(struct symbols *s, uint64_t address, unsigned depth,
			 struct source_line *line)
{
	(void)depth;
	Dwarf_Die unit;
	Dwarf_Line *found = find_unit(s, address, &unit) ? dwarf_getsrc_die(&unit, address) : NULL;

	int number = 0;

	if (!found || dwarf_lineno(found, &number) != 0) return false;
	return set_line(&unit, dwarf_linesrc(found, NULL, NULL), number, line);
}

static bool call_line(Dwarf_Die *unit, Dwarf_Die *inlined, struct source_line *line)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word file;
	Dwarf_Word number;
	size_t n;

	if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) != 0 ||
	    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &number) != 0)
		return false;
	if (dwarf_getsrcfiles(unit, &files, &n) != 0 || file >= n) return false;
	return set_line(unit, dwarf_filesrc(files, file, NULL, NULL),
			number <= INT_MAX ? (int)number : 0, line);
}

/* Search the tree for the inlined subroutines that hold the address; `depth` of them are passed
 * over, from the outside. The search is bounded, as the tree of a damaged file may be deep or have
 * loops. */
static bool inlined_virtual(struct symbols *s, uint64_t address, unsigned depth,
			    struct source_line *line)
{
	Dwarf_Die unit;
	Dwarf_Die die;

	if (!find_unit(s, address, &unit) || dwarf_child(&unit, &die) != 0) return false;
	for (unsigned i = 0; i < DIES_MAX; i++) {
		Dwarf_Die next;
		int tag = dwarf_tag(&die);
		bool scope = tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block ||
			     tag == DW_TAG_inlined_subroutine;
		bool here = scope && dwarf_haspc(&die, address) == 1;

		if (here && tag == DW_TAG_inlined_subroutine && depth-- == 0)
			return call_line(&unit, &die, line);
		if ((here ? dwarf_child(&die, &next) : dwarf_siblingof(&die, &next)) != 0)
			return false;
		die = next;
	}
	return false;
}

typedef bool line_lookup(struct symbols *s, uint64_t address, unsigned depth,
			 struct source_line *line);

/* Look the address up as a virtual one, then as a physical one. */
static bool either_way(struct symbols *s, uint64_t address, unsigned depth,
		       struct source_line *line, line_lookup *lookup)
{
	uint64_t linked;

	if (!s) return false;
	if (!s->dwarf_tried) {
		s->dwarf_tried = true;
		s->dwarf = dwarf_begin_elf(s->elf, DWARF_C_READ, NULL);
	}
	if (!s->dwarf) return false;
	if (in_image(s, address) && lookup(s, address, depth, line)) return true;
	return to_virtual(s, address, &linked) && lookup(s, linked, depth, line);
}

bool symbols_line(struct symbols *s, uint64_t address, struct source_line *line)
{
	return either_way(s, address, 0, line, line_virtual);
}

bool symbols_inlined_at(struct symbols *s, uint64_t address, struct source_line *line)
{
	return symbols_call_at(s, address, 0, line);
}

bool symbols_call_at(struct symbols *s, uint64_t address, unsigned depth, struct source_line *line)
{
	return either_way(s, address, depth, line, inlined_virtual);
}
