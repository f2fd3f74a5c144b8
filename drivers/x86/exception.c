/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/exception.h"

#include "bimetal/x86/idt.h"
#include "text.h"

const char *exception_name(unsigned vector)
{
	static const char *const names[IDT_FIRST_FREE] = {
		[IDT_DE] = "#DE, divide error",
		[IDT_DB] = "#DB, debug",
		[IDT_NMI] = "NMI, non-maskable interrupt",
		[IDT_BP] = "#BP, breakpoint",
		[IDT_OF] = "#OF, overflow",
		[IDT_BR] = "#BR, bound exceeded",
		[IDT_UD] = "#UD, invalid opcode",
		[IDT_NM] = "#NM, no FPU",
		[IDT_DF] = "#DF, double fault",
		[IDT_TS] = "#TS, invalid TSS",
		[IDT_NP] = "#NP, segment not present",
		[IDT_SS] = "#SS, stack fault",
		[IDT_GP] = "#GP, general protection",
		[IDT_PF] = "#PF, page fault",
		[IDT_MF] = "#MF, x87 error",
		[IDT_AC] = "#AC, alignment",
		[IDT_MC] = "#MC, machine check",
		[IDT_XM] = "#XM, SIMD floating point",
		[IDT_VE] = "#VE, virtualization",
		[IDT_CP] = "#CP, control protection",
		[IDT_HV] = "#HV, hypervisor injection",
		[IDT_VC] = "#VC, VMM communication",
		[IDT_SX] = "#SX, security",
	};
	const char *name = vector < IDT_FIRST_FREE ? names[vector] : NULL;
	return name ? name : "interrupt";
}

/* SDM Vol. 3A figure 6-7. Bit 2 tells the GDT from the LDT only if bit 1 is clear. */
struct exception_selector exception_selector(uint64_t error)
{
	enum { EXTERNAL = 1 << 0, IDT = 1 << 1, LDT = 1 << 2, INDEX_LSB = 3, INDEX = 0x1fff };

	return (struct exception_selector){ .external = error & EXTERNAL,
					    .table = error & IDT   ? EXCEPTION_IDT
						     : error & LDT ? EXCEPTION_LDT
								   : EXCEPTION_GDT,
					    .index = error >> INDEX_LSB & INDEX };
}

static void add_selector(struct x86_text *text, uint64_t error)
{
	static const char *const tables[] = { "GDT", "IDT", "LDT" };
	enum { RPL_AND_TABLE = 7, SELECTOR = 0xffff };
	struct exception_selector told = exception_selector(error);

	if ((error & SELECTOR & ~(uint64_t)1) == 0) {
		x86_text_add(text, "no selector");
	} else {
		x86_text_add(text, tables[told.table]);
		x86_text_add(text, " entry ");
		x86_text_add_decimal(text, told.index);
		if (told.table != EXCEPTION_IDT) {
			x86_text_add(text, " (selector ");
			x86_text_add_hex(text, error & SELECTOR & ~(uint64_t)RPL_AND_TABLE, 1);
			x86_text_add(text, ")");
		}
	}
	if (told.external) x86_text_add(text, ", while an event from outside was delivered");
}

/* SDM Vol. 3A figure 4-12; bit 31: APM Vol. 2 8.4.2. */
static void add_page_fault(struct x86_text *text, uint64_t error)
{
	static const struct {
		uint64_t bit;
		const char *words;
	} causes[] = {
		{ EXCEPTION_PF_RESERVED, ", a reserved bit is set in a table" },
		{ EXCEPTION_PF_KEY, ", its protection key forbids it" },
		{ EXCEPTION_PF_SHADOW_STACK, ", as a shadow stack" },
		{ EXCEPTION_PF_HLAT, ", by HLAT paging" },
		{ EXCEPTION_PF_SGX, ", SGX forbids it" },
		{ EXCEPTION_PF_RMP, ", the RMP forbids it" },
	};

	x86_text_add(text, error & EXCEPTION_PF_FETCH   ? "fetch from"
			   : error & EXCEPTION_PF_WRITE ? "write to"
							: "read of");
	x86_text_add(text, error & EXCEPTION_PF_PRESENT ? " a page that does not allow it"
							: " a page that is not present");
	x86_text_add(text, error & EXCEPTION_PF_USER ? ", from ring 3" : ", from the kernel");
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (error & causes[i].bit) x86_text_add(text, causes[i].words);
}

/* #CP: SDM Vol. 3A 6.15, "Control Protection Exception". */
static void add_control_protection(struct x86_text *text, uint64_t error)
{
	static const char *const causes[] = { "reserved",     "RET",      "far RET or IRET",
					      "no ENDBRANCH", "RSTORSSP", "SETSSBSY" };
	enum { CAUSE = 0x7fff, KNOWN = sizeof(causes) / sizeof(causes[0]) };
	uint64_t cause = error & CAUSE;

	x86_text_add(text, cause < KNOWN ? causes[cause] : causes[0]);
}

size_t exception_explain(unsigned vector, uint64_t error, char *text, size_t size)
{
	struct x86_text words = x86_text_in(text, size);

	switch (vector) {
	case IDT_TS:
	case IDT_NP:
	case IDT_SS:
	case IDT_GP: add_selector(&words, error); break;
	case IDT_PF: add_page_fault(&words, error); break;
	case IDT_CP: add_control_protection(&words, error); break;
	default:
		if (!idt_has_error(vector)) break;
		x86_text_add(&words, "error code ");
		x86_text_add_hex(&words, error, 1);
	}
	return words.length;
}
