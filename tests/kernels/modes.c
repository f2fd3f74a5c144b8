/* SPDX-License-Identifier: MIT */
/* Real mode, unreal mode, protected mode of 16 and 32 bits, paging, PAE, compatibility and long
 * mode in one run, entered and left (modes.S), and the results of each. */
#include "modes.h"
#include "k.h"

enum { P = 1, W = 2, PS = 128, LARGE = 2 << 20, IDENTITY_PAGES = 8 };

uint32_t modes_directory[1024] ALIGNED(4096);
uint64_t modes_pae[4] ALIGNED(32), modes_pml4[512] ALIGNED(4096);
static uint64_t pdpt[512] ALIGNED(4096), page_directory[512] ALIGNED(4096);
extern const char modes_begin[], modes_end[];

/* Physical 0 at 0 and at 1 GiB, in all three kinds of tables. */
static void build_tables(void)
{
	for (unsigned i = 0; i < IDENTITY_PAGES; i++) {
		modes_directory[i] = i << 22 | P | W | PS;
		page_directory[i] = i * LARGE | P | W | PS;
	}
	modes_directory[256] = P | W | PS;
	modes_pae[0] = modes_pae[1] = (uintptr_t)page_directory | P;
	pdpt[0] = pdpt[1] = (uintptr_t)page_directory | P | W;
	modes_pml4[0] = (uintptr_t)pdpt | P | W;
}

static const volatile uint32_t *const result = (const volatile uint32_t *)MODES_RESULTS;

static void judge_real_mode(void)
{
	const uint32_t flags = 0x0a93; /* OF, IF, SF, AF, bit 1, CF */

	check("16-bit code in protected mode", result[R_CODE16], 0x1234);
	check("CR0.PE in real mode", result[R_REAL_CR0] & CR0_PE, 0);
	check("CS in real mode", result[R_REAL_CS], 0);
	check("a store through DS", result[R_REAL_DS], 0xfeedface);
	check("a load through FFFF:0010", result[R_HIGH], *(const uint32_t *)0x100000);
	check("a 32-bit operand", result[R_OPERAND32], 0x89abcdef);
	check("INT pushes six bytes", result[R_INT_BYTES], 6);
	check("INT's return address", result[R_INT_IP], result[R_EXPECTED_INT_IP]);
	check("INT's CS", result[R_INT_CS], 0);
	check("INT's flags", result[R_INT_FLAGS] & 0xfff, flags);
	check("#DE returns to the DIV", result[R_DIV_IP], result[R_EXPECTED_DIV_IP]);
	check("#UD returns to the UD2", result[R_UD_IP], result[R_EXPECTED_UD_IP]);
	check("a vector table at 0x5000", result[R_RELOCATED], 1);
	check("SP wraps", result[R_WRAP_SP], 0xfffe);
	check("unreal mode reads 1 MiB", result[R_UNREAL], *(const uint32_t *)0x100000);
	check("and so it does after DS is loaded", result[R_UNREAL_AFTER],
	      *(const uint32_t *)0x100000);
}

static void judge_the_rest(void)
{
	check("32-bit code in protected mode", result[R_CODE32], 0x90901234);
	check("paging: physical 0 at 1 GiB", result[R_PAGED32], 0x89abcdef);
	check("PAE: physical 0 at 1 GiB", result[R_PAE], 0x89abcdef);
	check("EFER.LME and LMA with paging on", result[R_EFER_ON] & (EFER_LME | EFER_LMA),
	      EFER_LME | EFER_LMA);
	check("32-bit code in compatibility mode", result[R_COMPAT32], 0x90901234);
	check("a 64-bit register, low half", result[R_LONG_LOW], 0xfffffffe);
	check("a 64-bit register, high half", result[R_LONG_HIGH], 0xffffffff);
	check("R15", result[R_R15], 0x15151515);
	check("long mode: physical 0 at 1 GiB", result[R_LONG_ALIAS], 0x89abcdef);
	check("16-bit code in compatibility mode", result[R_COMPAT16], 0x1234);
	check("EFER.LMA with paging off", result[R_EFER_OFF] & (EFER_LME | EFER_LMA), 0);
	check("interrupts in real mode again", result[R_REAL_AGAIN], 2);
	check("the tour came back", result[R_END], 0x600d);
}

void kernel_main(void)
{
	gdt[MODES_SEL_CODE16 / 8] = segment(0, 0xffff, 0x9b, 0);
	gdt[MODES_SEL_DATA16 / 8] = segment(0, 0xffff, 0x93, 0);
	gdt[MODES_SEL_CODE64 / 8] = segment(0, 0xfffff, 0x9b, SEG_G | SEG_L);
	build_tables();
	memset((void *)MODES_RESULTS, 0xee, R_COUNT * sizeof *result);
	memcpy((void *)MODES_CODE, modes_begin, (size_t)(modes_end - modes_begin));
	((void (*)(void))MODES_CODE)();
	load_idt(idt, sizeof idt - 1);
	judge_real_mode();
	judge_the_rest();
}
