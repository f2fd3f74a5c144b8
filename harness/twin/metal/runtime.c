/* SPDX-License-Identifier: MIT */
/* The kernel around the tests: runs the test that its command line names, reports to port
 * TWIN_REPORT_PORT in lines of text (harness/twin/kernel.h), and ends by the debug exit port.
 *
 * Command line: "SUITE/NAME [tsc=HZ]"; without tsc the time stamp counter is measured. */
#include "bimetal/twin.h"

enum {
	REPORT_PORT = 0x5f0,
	EXIT_PORT = 0xf4,
	EXIT_PASSED = 0x10,
	EXIT_FAILED = 0x11,
	N_VECTORS = 256,
	N_EXCEPTIONS = 32,
	DECIMAL = 10,
	MAX_DIGITS = 20,
	SHARED_BASE = 0x800000, /* above the kernel */
	SHARED_SIZE = 0x100000,
	PAGE = 4096,
	LOWEST_MAPPED = 0x10000, /* start.S */
	VECTOR_PF = 14,
	PF_WRITE = 1 << 1 /* of the error code (SDM Vol. 3A 4.7) */
};
#define WINDOW UINT64_C(0x100000000) /* start.S: all memory below 4 GiB is mapped here again */

#define NO_ERROR_CODE UINT64_MAX

/* What the processor pushes (SDM Vol. 3A 6.14.2), with NO_ERROR_CODE where it has none. */
struct twin_frame {
	uint64_t error, rip, cs, rflags, rsp, ss;
};

/* Multiboot 0.6.96, 3.3: the part that is used. */
struct multiboot_info {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline;
};
enum { MULTIBOOT_CMDLINE = 1 << 2 };

extern const struct twin_test *const twin_tests[], *const twin_tests_end[];
extern uint32_t twin_multiboot_info;

static struct {
	void (*fn)(void *ctx);
	void *ctx;
} handler[N_VECTORS];
static struct wait tsc_wait;
static uint32_t shared_used;
static bool failed;

void twin_main(void);
void twin_interrupt(uint64_t vector, const struct twin_frame *frame);

/* ---- reports: lines are written with interrupts off, as handlers may report too ---- */

/* Not through io.h, as these accesses are not the test's. */
static void out(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void put(const char *text)
{
	while (*text) out(REPORT_PORT, (uint8_t)*text++);
}

static void put_number(uint64_t value, unsigned base)
{
	char digits[MAX_DIGITS + 1];
	unsigned at = MAX_DIGITS;
	digits[at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	put(base == DECIMAL ? "" : "0x");
	put(digits + at);
}

/* In hexadecimal; with the top bit set it may have been a negative number. */
static void put_value(uint64_t value)
{
	put_number(value, 16);
	if (!(value >> 63)) return;
	put(" (-");
	put_number(0 - value, DECIMAL);
	put(")");
}

static _Noreturn void end(void)
{
	wait_irq_disable(
		&tsc_wait); /* the body is done: handlers must not access a device any more */
	put("END\n");
	out(EXIT_PORT, failed ? EXIT_FAILED : EXIT_PASSED);
	for (;;) __asm__ volatile("cli\n\thlt");
}

static void fail_at(const char *file, int line)
{
	failed = true;
	put("FAIL ");
	put(file);
	put(":");
	put_number((uint64_t)line, DECIMAL);
	put(": ");
}

void twin_check(bool holds, const char *text, const char *file, int line, bool fatal)
{
	if (holds) return;
	bool on = wait_irq_save(&tsc_wait);
	fail_at(file, line);
	put(text);
	put(" is false\n");
	if (fatal) end();
	wait_irq_restore(&tsc_wait, on);
}

void twin_check_equal(uint64_t got, uint64_t want, const char *text, const char *file, int line,
		      bool fatal)
{
	if (got == want) return;
	bool on = wait_irq_save(&tsc_wait);
	fail_at(file, line);
	put(text);
	put(": got ");
	put_value(got);
	put(", want ");
	put_value(want);
	put("\n");
	if (fatal) end();
	wait_irq_restore(&tsc_wait, on);
}

void twin_allow(const char *id)
{
	bool on = wait_irq_save(&tsc_wait);
	put("ALLOW ");
	put(id);
	put("\n");
	wait_irq_restore(&tsc_wait, on);
}

void twin_expect_exit(uint32_t value)
{
	bool on = wait_irq_save(&tsc_wait);
	put("EXIT ");
	put_number(value, DECIMAL);
	put("\n");
	wait_irq_restore(&tsc_wait, on);
}

/* ---- the machine ---- */

struct io twin_port(uint16_t base) { return io_port(base); }
struct io twin_memory(uint64_t base, uint32_t stride) { return io_memory(base, stride); }
const struct wait *twin_wait(void) { return &tsc_wait; }
struct msrs twin_msrs(void) { return msrs_of_cpu(); }
struct x86_cpu twin_x86(void) { return x86_of_cpu(); }
struct linear twin_linear(void) { return linear_all(); }

struct dma twin_dma(uint32_t size)
{
	uint32_t at = shared_used;
	if (size > SHARED_SIZE || at > SHARED_SIZE - size) {
		failed = true;
		put("FAIL twin_dma(): a test may allocate 1 MiB in all\n");
		end();
	}
	shared_used = (at + size + PAGE - 1) & ~(uint32_t)(PAGE - 1);
	return dma_memory(SHARED_BASE + at, SHARED_BASE + at, size);
}

struct dma twin_ram(uint32_t physical, uint32_t size)
{
	return dma_memory(WINDOW + physical, physical, size);
}

void twin_on_interrupt(uint8_t vector, void (*fn)(void *ctx), void *ctx)
{
	handler[vector].fn = fn;
	handler[vector].ctx = ctx;
}

/* ---- what nobody handles ---- */

/* NULL: `vector` came from an interrupt. */
static const char *exception_name(uint64_t vector, const struct twin_frame *frame)
{
	static const struct {
		const char *name;
		bool has_code;
	} exceptions[N_EXCEPTIONS] = {
		[0] = { "#DE, divide error", false },
		[1] = { "#DB, debug", false },
		[3] = { "#BP, breakpoint", false },
		[4] = { "#OF, overflow", false },
		[5] = { "#BR, bound exceeded", false },
		[6] = { "#UD, invalid opcode", false },
		[7] = { "#NM, no FPU", false },
		[8] = { "#DF, double fault", true },
		[10] = { "#TS, invalid TSS", true },
		[11] = { "#NP, segment not present", true },
		[12] = { "#SS, stack fault", true },
		[13] = { "#GP, general protection", true },
		[VECTOR_PF] = { "#PF, page fault", true },
		[16] = { "#MF, x87 error", false },
		[17] = { "#AC, alignment", true },
		[18] = { "#MC, machine check", false },
		[19] = { "#XM, SIMD floating point", false },
		[21] = { "#CP, control protection", true },
	};
	if (vector >= N_EXCEPTIONS) return NULL;
	if (exceptions[vector].has_code && frame->error == NO_ERROR_CODE) return NULL;
	return exceptions[vector].name;
}

static void put_page_fault(const struct twin_frame *frame, uint64_t address)
{
	put(frame->rip == address     ? ": jump to address "
	    : frame->error & PF_WRITE ? ": write to address "
				      : ": read of address ");
	put_number(address, 16);
	put(address < LOWEST_MAPPED ? ", a null pointer" : ", where nothing is mapped");
}

static uint64_t page_fault_address(void)
{
	uint64_t address;
	__asm__ volatile("movq %%cr2, %0" : "=r"(address));
	return address;
}

/* The instruction at fault. After a jump to nowhere: the call, whose return address was pushed. */
static uint64_t place_of(const struct twin_frame *frame, uint64_t address)
{
	if (frame->rip != address || frame->rsp < LOWEST_MAPPED || frame->rsp >= WINDOW)
		return frame->rip;
	return *(const uint64_t *)frame->rsp - 1;
}

void twin_interrupt(uint64_t vector, const struct twin_frame *frame)
{
	if (handler[vector].fn) {
		handler[vector].fn(handler[vector].ctx);
		return;
	}
	const char *name = exception_name(vector, frame);
	bool page_fault = name && vector == VECTOR_PF;
	uint64_t address = page_fault_address();
	failed = true;
	put("FAULT ");
	put_number(page_fault ? place_of(frame, address) : frame->rip, 16);
	put(name ? " exception " : " interrupt without a handler: ");
	put_number(vector, DECIMAL);
	if (name) {
		put(" (");
		put(name);
		put(")");
	}
	if (page_fault) put_page_fault(frame, address);
	put("\n");
	end();
}

/* ---- which test ---- */

static const char *command_line(void)
{
	const struct multiboot_info *info =
		(const struct multiboot_info *)(WINDOW + twin_multiboot_info);
	return info->flags & MULTIBOOT_CMDLINE ? (const char *)(WINDOW + info->cmdline) : "";
}

/* If `text` begins with this word, up to a blank, a slash or the end: the rest; else NULL. */
static const char *after_word(const char *text, const char *word)
{
	while (*word && *text == *word) {
		text++;
		word++;
	}
	return *word || (*text && *text != ' ' && *text != '/') ? NULL : text;
}

/* If the command line names `test`, the text after its name; else NULL. */
static const char *named(const char *line, const struct twin_test *test)
{
	for (const char *at = line; *at; at++) {
		if (at != line && at[-1] != ' ') continue;
		const char *rest = after_word(at, test->suite);
		if (rest && *rest == '/')
			rest = after_word(rest + 1, test->name);
		else
			rest = NULL;
		if (rest && *rest != '/') return rest;
	}
	return NULL;
}

static uint64_t tsc_of(const char *line)
{
	static const char key[] = " tsc=";
	for (; *line; line++) {
		size_t i = 0;
		while (key[i] && line[i] == key[i]) i++;
		if (key[i]) continue;
		uint64_t hz = 0;
		for (line += i; *line >= '0' && *line <= '9'; line++)
			hz = hz * DECIMAL + (uint64_t)(*line - '0');
		return hz;
	}
	return 0;
}

/* The command line is not repeated: the user gave SUITE.NAME, not that. */
static void no_such_test(void)
{
	failed = true;
	put("FAIL no such test; this kernel has:\n");
	for (const struct twin_test *const *test = twin_tests; test < twin_tests_end; test++) {
		put("FAIL   ");
		put((*test)->suite);
		put(".");
		put((*test)->name);
		put("\n");
	}
	end();
}

void twin_main(void)
{
	const char *line = command_line();
	uint64_t hz = tsc_of(line);
	tsc_wait = wait_of_tsc(hz ? hz : wait_calibrate());
	for (const struct twin_test *const *test = twin_tests; test < twin_tests_end; test++) {
		if (!named(line, *test)) continue;
		put("BEGIN\n");
		(*test)->body();
		end();
	}
	no_such_test();
}
