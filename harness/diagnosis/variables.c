/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/variables.h"

#include <dwarf.h>
#include <elfutils/libdw.h>

#include "harness/diagnosis/source_path.h"

enum { PATH_SIZE = 4096, MAX_DEPTH = 32 /* of blocks in a function */ };

static uint64_t size_of(Dwarf_Die *variable)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;
	Dwarf_Word size = 0;

	if (!dwarf_formref_die(dwarf_attr_integrate(variable, DW_AT_type, &attribute), &type))
		return 0;
	return dwarf_aggregate_size(&type, &size) == 0 ? size : 0;
}

/* The address that an operation of a location says; it may stand in a table of the unit. */
static bool address_of(Dwarf_Attribute *location, const Dwarf_Op *op, uint64_t *address)
{
	Dwarf_Attribute entry;
	Dwarf_Addr found;

	*address = op->number;
	if (op->atom == DW_OP_addr) return true;
	if (op->atom != DW_OP_addrx && op->atom != DW_OP_GNU_addr_index) return false;
	if (dwarf_getlocation_attr(location, op, &entry) != 0 ||
	    dwarf_formaddr(&entry, &found) != 0)
		return false;
	*address = found;
	return true;
}

/* A list of pieces: an address, then its size; what was optimised away has only a size. */
static void visit_location(const struct variables_visitor *v, Dwarf_Attribute *location,
			   const Dwarf_Op *op, size_t n, uint64_t whole)
{
	uint64_t address = 0;

	if (n == 1 && address_of(location, op, &address)) {
		if (whole) v->variable(v->ctx, address, whole);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t next;

		if (address_of(location, &op[i], &next)) {
			address = next;
		} else if (op[i].atom == DW_OP_plus_uconst && address) {
			address += op[i].number;
		} else if (op[i].atom == DW_OP_piece) {
			if (address) v->variable(v->ctx, address, op[i].number);
			address = 0;
		} else if (op[i].atom == DW_OP_deref_size && address) {
			/* It has two values, and the compiler keeps which. */
			v->variable(v->ctx, address, op[i].number);
			return;
		} else { /* a value, or of a thread */
			return;
		}
	}
}

static void visit_variable(const struct variables_visitor *v, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *op;
	size_t n;

	if (!dwarf_attr(die, DW_AT_location, &attribute) ||
	    dwarf_getlocation(&attribute, &op, &n) != 0)
		return;
	visit_location(v, &attribute, op, n, size_of(die));
}

static void visit_children(const struct variables_visitor *v, Dwarf_Die *of, unsigned depth)
{
	Dwarf_Die die;

	if (depth == MAX_DEPTH || dwarf_child(of, &die) != 0) return;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_variable: visit_variable(v, &die); break;
		case DW_TAG_subprogram:
		case DW_TAG_lexical_block:
		case DW_TAG_namespace: visit_children(v, &die, depth + 1); break;
		default: break;
		}
	} while (dwarf_siblingof(&die, &die) == 0);
}

static const char *text_of(Dwarf_Die *unit, unsigned name)
{
	Dwarf_Attribute value;

	return dwarf_formstring(dwarf_attr(unit, name, &value));
}

static void visit_unit(const struct variables_visitor *v, Dwarf_Die *unit)
{
	const struct source_unit u = { text_of(unit, DW_AT_producer), text_of(unit, DW_AT_comp_dir),
				       text_of(unit, DW_AT_name) };
	char path[PATH_SIZE];

	if (u.name && v->unit(v->ctx, source_path(&u, u.name, path, sizeof(path))))
		visit_children(v, unit, 0);
}

bool variables_visit(uint8_t *image, size_t size, const struct variables_visitor *v)
{
	Elf *elf = elf_version(EV_CURRENT) != EV_NONE ? elf_memory((char *)image, size) : NULL;
	Dwarf *dwarf = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit;

	while (dwarf && dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &unit, NULL) == 0)
		visit_unit(v, &unit);
	bool known = dwarf != NULL;
	dwarf_end(dwarf);
	elf_end(elf);
	return known;
}
