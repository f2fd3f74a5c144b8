/* SPDX-License-Identifier: MIT */
#include "harness/disasm.h"

#include <capstone/capstone.h>
#include <stdio.h>

static cs_mode capstone_mode(unsigned mode)
{
	if (mode == 16) return CS_MODE_16;
	return mode == 32 ? CS_MODE_32 : CS_MODE_64;
}

size_t disasm(unsigned mode, uint64_t addr, const uint8_t *bytes, size_t size,
	      struct disasm_line *line, size_t max)
{
	csh handle = 0;
	if (cs_open(CS_ARCH_X86, capstone_mode(mode), &handle) != CS_ERR_OK) return 0;
	cs_insn *insn = NULL;
	size_t n = max ? cs_disasm(handle, bytes, size, addr, max, &insn) : 0;
	for (size_t i = 0; i < n; i++) {
		line[i].addr = insn[i].address;
		line[i].len = insn[i].size;
		snprintf(line[i].text, sizeof(line[i].text), "%s%s%s", insn[i].mnemonic,
			 insn[i].op_str[0] ? " " : "", insn[i].op_str);
	}
	if (n > 0) cs_free(insn, n);
	cs_close(&handle);
	return n;
}
