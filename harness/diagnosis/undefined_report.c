/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/undefined_report.h"

#include <stdbool.h>

#include "emu/x86/start_state.h"
#include "harness/diagnosis/guest_view.h"

#define LOW_HALF (START_UNDEFINED & UINT32_MAX)

enum { MODE_64 = 64 };

static bool is_undefined(uint64_t value) { return value == START_UNDEFINED || value == LOW_HALF; }

static const char *name_of(unsigned gpr, bool is64, char buf[8])
{
	static const char *const names[CPU_N_GPR] = { "ax", "cx", "dx", "bx", "sp", "bp",
						      "si", "di", "8",  "9",  "10", "11",
						      "12", "13", "14", "15" };

	snprintf(buf, 8, "%c%s", is64 || gpr >= CPU_R8 ? 'r' : 'e', names[gpr]);
	return buf;
}

void undefined_report(const struct cpu_regs *r, FILE *out)
{
	bool is64 = guest_code_mode(r) == MODE_64;
	unsigned n = 0;
	char name[8];

	for (unsigned i = 0; i < CPU_N_GPR; i++)
		if (is_undefined(r->gpr[i]))
			fprintf(out, "%s%s", n++ ? ", " : "  ", name_of(i, is64, name));
	if (n)
		fprintf(out,
			": the initial value of registers that the boot protocol leaves "
			"undefined; %s never set?\n",
			n == 1 ? "was it" : "were they");
	if (!is_undefined(r->gpr[CPU_RSP]) && start_undefined_near(r->gpr[CPU_RSP]))
		fprintf(out, "  %s counts from that value: the guest has not set up a stack\n",
			name_of(CPU_RSP, is64, name));
	if (start_undefined_near(r->cr2))
		fputs("  cr2 is an address computed from that value\n", out);
}
