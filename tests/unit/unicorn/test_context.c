/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/context.h"
#include "tests/check.h"

#include <string.h>

enum { PROBED_AT = 0x1000, PAGE = 0x1000 };

TestSuite(context, .timeout = 60);

static uc_engine *open_engine(void)
{
	uc_engine *uc = NULL;
	require(uc_open(UC_ARCH_X86, UC_MODE_64, &uc) == UC_ERR_OK);
	return uc;
}

static void probe(uc_engine *uc, struct context_layout *layout)
{
	const char *fault = context_probe(uc, layout);
	require(fault == NULL, "%s", fault);
}

Test(context, the_state_is_found_where_the_engine_keeps_it)
{
	struct context_layout layout;
	uc_engine *uc = open_engine();
	uc_context *ctx = NULL;
	uint64_t rax = 0x0123456789abcdef;

	probe(uc, &layout);
	require(uc_context_alloc(uc, &ctx) == UC_ERR_OK);
	uc_reg_write(uc, UC_X86_REG_RAX, &rax);
	uc_context_save(uc, ctx);
	require_eq(u64, context_env(ctx, &layout)->regs[0], rax);
	context_env(ctx, &layout)->regs[0]++;
	uc_context_restore(uc, ctx);
	uc_reg_read(uc, UC_X86_REG_RAX, &rax);
	require_eq(u64, rax, 0x0123456789abcdf0);
	uc_context_free(ctx);
	uc_close(uc);
}

Test(context, probing_leaves_the_registers_as_new)
{
	struct context_layout layout;
	uc_engine *uc = open_engine();
	uc_context *before = NULL, *after = NULL;

	require(uc_context_alloc(uc, &before) == UC_ERR_OK);
	require(uc_context_alloc(uc, &after) == UC_ERR_OK);
	uc_context_save(uc, before);
	probe(uc, &layout);
	uc_context_save(uc, after);
	require(memcmp(before, after, uc_context_size(uc)) == 0);
	uc_context_free(before);
	uc_context_free(after);
	uc_close(uc);
}

Test(context, probing_leaves_no_memory_and_no_hook)
{
	struct context_layout layout;
	uc_engine *uc = open_engine();
	static const uint8_t int_55[] = { 0xcd, 0x55 };
	uint8_t byte;

	probe(uc, &layout);
	require(uc_mem_read(uc, PROBED_AT, &byte, sizeof byte) != UC_ERR_OK);
	require(uc_mem_map(uc, PROBED_AT, PAGE, UC_PROT_ALL) == UC_ERR_OK);
	uc_mem_write(uc, PROBED_AT, int_55, sizeof int_55);
	require(uc_emu_start(uc, PROBED_AT, 0, 0, 0) == UC_ERR_EXCEPTION);
	uc_close(uc);
}

/* Our own memory: the engine does not notice writes to it. */
Test(context, code_where_the_probe_ran_is_translated_anew)
{
	static uint8_t page[PAGE] __attribute__((aligned(PAGE)));
	static const uint8_t inc_rcx_hlt[] = { 0x48, 0xff, 0xc1, 0xf4 };
	struct context_layout layout;
	uc_engine *uc = open_engine();
	uint64_t rcx = 41;

	probe(uc, &layout);
	memcpy(page, inc_rcx_hlt, sizeof inc_rcx_hlt);
	require(uc_mem_map_ptr(uc, PROBED_AT, PAGE, UC_PROT_ALL, page) == UC_ERR_OK);
	uc_reg_write(uc, UC_X86_REG_RCX, &rcx);
	require(uc_emu_start(uc, PROBED_AT, 0, 0, 0) == UC_ERR_OK);
	uc_reg_read(uc, UC_X86_REG_RCX, &rcx);
	require_eq(u64, rcx, 42);
	uc_close(uc);
}
