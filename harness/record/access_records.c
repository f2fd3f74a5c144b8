/* SPDX-License-Identifier: MIT */
#include "harness/record/access_records.h"

#include <gelf.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bytes.h"

enum { RECORD_WIDE = 16, RECORD_NARROW = 8, MAX_RECORDS = 1 << 20 };
static const char section_name[] = ".bimetal.access";

struct reading {
	Elf *elf;
	struct access_records *records;
	size_t record_size;
	char *error;
	size_t error_size;
};

static bool refuse(struct reading *r, const char *what, size_t at)
{
	snprintf(r->error, r->error_size, "%s, record %zu: %s", section_name, at, what);
	return false;
}

static bool refuse_section(struct reading *r, const char *what)
{
	snprintf(r->error, r->error_size, "%s: %s", section_name, what);
	return false;
}

static bool read_record(struct reading *r, const uint8_t *byte, size_t at)
{
	size_t pointer = r->record_size / 2;
	struct access_record *to = &r->records->record[at];

	*to = (struct access_record){ .address = get_le(byte, pointer),
				      .width = byte[pointer],
				      .write = byte[pointer + 1],
				      .kind = (enum access_record_kind)byte[pointer + 2] };
	if (to->width != 8 && to->width != 16 && to->width != 32 && to->width != 64)
		return refuse(r, "unknown width", at);
	if (byte[pointer + 1] > 1 || byte[pointer + 2] > ACCESS_RECORD_MSR)
		return refuse(r, "unknown direction or kind", at);
	return true;
}

static bool read_section(struct reading *r, Elf_Scn *scn)
{
	Elf_Data *data = elf_rawdata(scn, NULL);

	if (!data || (data->d_size && !data->d_buf))
		return refuse_section(r, "the section is not in the file");
	if (data->d_size % r->record_size)
		return refuse_section(r, "its size is not a multiple of a record's");
	if (data->d_size / r->record_size > MAX_RECORDS)
		return refuse_section(r, "too many records");
	r->records->n = data->d_size / r->record_size;
	r->records->record = calloc(r->records->n + 1, sizeof(*r->records->record));
	if (!r->records->record) return refuse_section(r, "out of memory");
	for (size_t i = 0; i < r->records->n; i++)
		if (!read_record(r, (const uint8_t *)data->d_buf + i * r->record_size, i))
			return false;
	return true;
}

/* In an object, a record's address is a relocation against the code's section or a symbol in it. */
static bool relocate_one(struct reading *r, Elf_Data *symbols, uint64_t offset, uint64_t symbol,
			 int64_t addend, bool explicit_addend)
{
	size_t at = offset / r->record_size;
	GElf_Sym sym;

	if (offset % r->record_size || at >= r->records->n)
		return refuse(r, "a relocation points elsewhere", at);
	if (!symbols || symbol > INT_MAX || !gelf_getsym(symbols, (int)symbol, &sym))
		return refuse(r, "a relocation's symbol is missing", at);
	if (sym.st_shndx == SHN_UNDEF || sym.st_shndx >= SHN_LORESERVE)
		return refuse(r, "a relocation's symbol is not code of this file", at);
	struct access_record *to = &r->records->record[at];
	if (!explicit_addend) addend = (int64_t)to->address;
	to->section = sym.st_shndx;
	to->address = sym.st_value + (uint64_t)addend;
	return true;
}

static bool relocate_by(struct reading *r, Elf_Data *data, Elf_Data *symbols, bool explicit_addend,
			int i)
{
	GElf_Rela rela;
	GElf_Rel rel;

	if (explicit_addend && gelf_getrela(data, i, &rela))
		return relocate_one(r, symbols, rela.r_offset, GELF_R_SYM(rela.r_info),
				    rela.r_addend, true);
	if (!explicit_addend && gelf_getrel(data, i, &rel))
		return relocate_one(r, symbols, rel.r_offset, GELF_R_SYM(rel.r_info), 0, false);
	return refuse_section(r, "its relocations are damaged");
}

static bool relocate(struct reading *r, Elf_Scn *scn, const GElf_Shdr *header)
{
	bool explicit_addend = header->sh_type == SHT_RELA;
	Elf_Type type = explicit_addend ? ELF_T_RELA : ELF_T_REL;
	size_t size = gelf_fsize(r->elf, type, 1, EV_CURRENT);
	Elf_Data *data = elf_getdata(scn, NULL);
	Elf_Scn *symbol_section = elf_getscn(r->elf, header->sh_link);
	Elf_Data *symbols = symbol_section ? elf_getdata(symbol_section, NULL) : NULL;

	if (!data || !size || header->sh_size % size || header->sh_size / size > MAX_RECORDS)
		return refuse_section(r, "its relocations are damaged");
	for (int i = 0; i < (int)(header->sh_size / size); i++)
		if (!relocate_by(r, data, symbols, explicit_addend, i)) return false;
	return true;
}

static Elf_Scn *find_section(Elf *elf, size_t *index)
{
	size_t names = 0;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(elf, &names) != 0) return NULL;
	while ((scn = elf_nextscn(elf, scn)) != NULL) {
		GElf_Shdr header;
		const char *name =
			gelf_getshdr(scn, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;
		if (!name || strcmp(name, section_name) != 0) continue;
		*index = elf_ndxscn(scn);
		return scn;
	}
	return NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct access_record *x = a, *y = b;
	if (x->section != y->section) return x->section < y->section ? -1 : 1;
	return x->address < y->address ? -1 : x->address > y->address;
}

/* In an object, every record must have a relocation: without one, it is not known which code it
 * belongs to. */
static bool all_placed(struct reading *r)
{
	GElf_Ehdr header;

	if (!gelf_getehdr(r->elf, &header) || header.e_type != ET_REL) return true;
	for (size_t i = 0; i < r->records->n; i++)
		if (!r->records->record[i].section) return refuse(r, "it has no relocation", i);
	return true;
}

static bool read_all(struct reading *r)
{
	size_t index = 0;
	Elf_Scn *scn = find_section(r->elf, &index);

	if (!scn) return true;
	if (!read_section(r, scn)) return false;
	for (scn = NULL; (scn = elf_nextscn(r->elf, scn)) != NULL;) {
		GElf_Shdr header;
		if (!gelf_getshdr(scn, &header) || header.sh_info != index) continue;
		if (header.sh_type != SHT_RELA && header.sh_type != SHT_REL) continue;
		if (!relocate(r, scn, &header)) return false;
	}
	if (!all_placed(r)) return false;
	qsort(r->records->record, r->records->n, sizeof(*r->records->record), by_place);
	return true;
}

bool access_records_read(struct access_records *records, uint8_t *image, size_t size, bool wide,
			 char *error, size_t error_size)
{
	struct reading r = { .records = records,
			     .record_size = wide ? RECORD_WIDE : RECORD_NARROW,
			     .error = error,
			     .error_size = error_size };

	*records = (struct access_records){ 0 };
	elf_version(EV_CURRENT);
	r.elf = elf_memory((char *)image, size);
	if (!r.elf || elf_kind(r.elf) != ELF_K_ELF) {
		snprintf(error, error_size, "no ELF file");
		elf_end(r.elf);
		return false;
	}
	bool sound = read_all(&r);
	elf_end(r.elf);
	if (!sound) access_records_free(records);
	return sound;
}

void access_records_free(struct access_records *records)
{
	free(records->record);
	*records = (struct access_records){ 0 };
}

const struct access_record *access_records_find(const struct access_records *records,
						uint32_t section, uint64_t address)
{
	struct access_record key = { .section = section, .address = address };

	return records->n ? bsearch(&key, records->record, records->n, sizeof(key), by_place)
			  : NULL;
}
