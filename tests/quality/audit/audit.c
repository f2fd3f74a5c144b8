/* SPDX-License-Identifier: MIT */
/* audit OBJECT...: checks that each access in the access records is exactly one load, store, IN or
 * OUT of its width, RDMSR or WRMSR, and that there is no other IN, OUT, RDMSR or WRMSR. Exit
 * status: 0 if so; 1 if not, and the faults are printed; 2 if a file cannot be read. The last line
 * is a summary. */
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <capstone/capstone.h>

#include "harness/record/access_records.h"
#include "harness/support/files.h"

struct audit {
	const char *path;
	struct access_records records;
	bool wide;
	csh disassembler;
	bool *met; /* per access record: an instruction begins at its address */
	unsigned faults;
	size_t seen;
};

static void fault(struct audit *a, uint64_t address, const char *what)
{
	printf("%s+0x%" PRIx64 ": %s\n", a->path, address, what);
	a->faults++;
}

static bool is_port_instruction(const cs_insn *insn)
{
	switch (insn->id) {
	case X86_INS_IN:
	case X86_INS_OUT:
	case X86_INS_INSB:
	case X86_INS_INSW:
	case X86_INS_INSD:
	case X86_INS_OUTSB:
	case X86_INS_OUTSW:
	case X86_INS_OUTSD: return true;
	default: return false;
	}
}

/* MOV between memory and a register or a constant. */
static const char *check_move(const cs_insn *insn, const struct access_record *r)
{
	const cs_x86 *x = &insn->detail->x86;

	if (insn->id != X86_INS_MOV && insn->id != X86_INS_MOVABS) return "is no MOV";
	if (x->op_count != 2) return "has not two operands";
	unsigned memory = r->write ? 0 : 1;
	if (x->operands[memory].type != X86_OP_MEM) return "has another direction";
	if (x->operands[1 - memory].type == X86_OP_MEM) return "has two operands in memory";
	return x->operands[memory].size * 8 == r->width ? NULL : "has another width";
}

static const char *check_port(const cs_insn *insn, const struct access_record *r)
{
	const cs_x86 *x = &insn->detail->x86;

	if (insn->id != (r->write ? X86_INS_OUT : X86_INS_IN)) return "is not the IN or OUT";
	if (x->op_count != 2) return "has not two operands";
	return x->operands[r->write ? 1 : 0].size * 8 == r->width ? NULL : "has another width";
}

static bool is_msr_instruction(const cs_insn *insn)
{
	return insn->id == X86_INS_RDMSR || insn->id == X86_INS_WRMSR;
}

static const char *check_msr(const cs_insn *insn, const struct access_record *r)
{
	enum { BITS = 64 };

	if (insn->id != (r->write ? X86_INS_WRMSR : X86_INS_RDMSR))
		return "is not the RDMSR or WRMSR";
	return r->width == BITS ? NULL : "has another width";
}

static const char *check_kind(const cs_insn *insn, const struct access_record *r)
{
	switch (r->kind) {
	case ACCESS_RECORD_PORT: return check_port(insn, r);
	case ACCESS_RECORD_MSR: return check_msr(insn, r);
	default: return check_move(insn, r);
	}
}

static void check(struct audit *a, uint32_t section, const cs_insn *insn)
{
	const struct access_record *r = access_records_find(&a->records, section, insn->address);

	if (!r) {
		if (is_port_instruction(insn))
			fault(a, insn->address, "IN or OUT not through io.h");
		else if (is_msr_instruction(insn))
			fault(a, insn->address, "RDMSR or WRMSR not through msr.h");
		return;
	}
	const char *what = insn->detail->x86.prefix[0] ? "has a LOCK or REP prefix" : NULL;
	if (!what) what = check_kind(insn, r);
	if (what) fault(a, insn->address, what);
	a->met[r - a->records.record] = true;
	a->seen++;
}

static void check_section(struct audit *a, Elf_Scn *scn)
{
	GElf_Shdr header;
	Elf_Data *data = elf_rawdata(scn, NULL);

	if (!gelf_getshdr(scn, &header) || !(header.sh_flags & SHF_EXECINSTR) || !data) return;
	const uint8_t *code = data->d_buf;
	size_t size = data->d_size;
	uint64_t address = header.sh_addr;
	cs_insn *insn = cs_malloc(a->disassembler);
	while (size && cs_disasm_iter(a->disassembler, &code, &size, &address, insn))
		check(a, (uint32_t)elf_ndxscn(scn), insn);
	if (size) fault(a, address, "cannot be disassembled");
	cs_free(insn, 1);
}

static bool audit_file(struct audit *a, uint8_t *image, size_t size)
{
	char error[256];
	GElf_Ehdr header;
	Elf *elf = elf_memory((char *)image, size);

	if (!elf || !gelf_getehdr(elf, &header)) return false;
	a->wide = header.e_machine == EM_X86_64;
	if (!access_records_read(&a->records, image, size, a->wide, error, sizeof(error))) {
		fault(a, 0, error);
		elf_end(elf);
		return true;
	}
	a->met = calloc(a->records.n + 1, sizeof(*a->met));
	cs_open(CS_ARCH_X86, a->wide ? CS_MODE_64 : CS_MODE_32, &a->disassembler);
	cs_option(a->disassembler, CS_OPT_DETAIL, CS_OPT_ON);
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn)) != NULL;) check_section(a, scn);
	for (size_t i = 0; i < a->records.n; i++)
		if (!a->met[i])
			fault(a, a->records.record[i].address, "no instruction begins here");
	cs_close(&a->disassembler);
	free(a->met);
	access_records_free(&a->records);
	elf_end(elf);
	return true;
}

enum { MAX_FILE = 1 << 28 };

int main(int argc, char **argv)
{
	size_t seen = 0;
	unsigned faults = 0;
	char why[512];

	elf_version(EV_CURRENT);
	for (int i = 1; i < argc; i++) {
		struct audit a = { .path = argv[i] };
		size_t size = 0;
		uint8_t *image;
		if (file_read(argv[i], MAX_FILE, &image, &size, why, sizeof(why)) != FILE_READ) {
			fprintf(stderr, "%s\n", why);
			return 2;
		}
		if (!audit_file(&a, image, size)) {
			fprintf(stderr, "%s: cannot be read as an ELF file\n", argv[i]);
			return 2;
		}
		free(image);
		seen += a.seen;
		faults += a.faults;
	}
	printf("%zu accesses, %u faults\n", seen, faults);
	return faults != 0;
}
