/* SPDX-License-Identifier: MIT */
/* Twin tests: one source, two builds. The source includes this header and the headers of drivers,
 * and nothing else:
 *
 *	#include "bimetal/uart_16550.h"
 *
 *	TWIN(uart_16550, a_byte_reaches_the_wire)
 *	{
 *		struct uart uart;
 *		struct uart_config config = uart_8n1(115200);
 *		struct io com1 = twin_port(0x3f8);
 *
 *		twin_assert_eq(uart_init(&uart, com1, *twin_wait(), &config), UART_OK);
 *		twin_expect_eq(uart_try_send(&uart, 'x'), UART_OK);
 *	}
 *
 * It is compiled natively, as a test that runs on the device models, and freestanding, as
 * a kernel that the emulated CPU runs on the same models. Both must make the same accesses to
 * devices. A lint of a model fails the test in either build.
 *
 * Each test has its own machine "pc", in the state that its firmware leaves, with 16 MiB of RAM and
 * the PCI function "pci-test"; interrupts are off. MACHINE and MODEL of CMake's
 * bimetal_add_twin_test() give it another machine, and more devices. Its CPU has the default
 *features of bimetal's CPU, and those that CPU there adds, such as +x2apic. Events from outside (a
 *byte on the wire, an unplugged device) are in a file of stimuli beside the test
 * (docs/twin-tests.md). */
#ifndef BIMETAL_TWIN_H
#define BIMETAL_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/dma.h"
#include "bimetal/io.h"
#include "bimetal/linear.h"
#include "bimetal/msr.h"
#include "bimetal/wait.h"
#include "bimetal/x86_cpu.h"

/* A test; its body follows. TWIN runs under QEMU too. TWIN_HERE does not: it is for tests that need
 * stimuli, pci-test, or the exact time of a device. Both names are in lower case (a letter, then
 * letters, digits, underscores), and no two tests of a project have the same pair. */
#define TWIN(suite, name)      TWIN_DEFINE(suite, name)
#define TWIN_HERE(suite, name) TWIN_DEFINE(suite, name)

/* ---- the machine ---- */

struct io twin_port(uint16_t base);
struct io twin_memory(uint64_t base, uint32_t stride);
const struct wait *twin_wait(void);
/* The MSRs of the processor. CPUID is the same in both builds, but differs under QEMU. */
struct msrs twin_msrs(void);
/* The processor's registers and instructions. Natively they act on a struct of registers: only what
 * twin_linear() reaches is translated, and descriptor tables lie in the process. Interrupts and INT
 * n go to the handlers of twin_on_interrupt() there, whatever the IDT says. */
struct x86_cpu twin_x86(void);
/* All memory by its linear address, as the processor translates it; not that of devices. Natively
 * it is the machine's RAM, and addresses are physical until the test loads CR3. On the metal 64 KiB
 * to 4 GiB are mapped to themselves until then; tables that a test loads must do the same with the
 * first 16 MiB, where the kernel is, and CR3 must be what it was when the test ends. */
struct linear twin_linear(void);
/* Allocate RAM to share with devices, page-aligned. All allocations of a test together have at most
 * 1 MiB; more fails the test. */
struct dma twin_dma(uint32_t size);
/* RAM or ROM at a physical address below 4 GiB, with the contents that firmware left; not the
 * memory of a device. In the native build, an address with neither reads as all ones. */
struct dma twin_ram(uint32_t physical, uint32_t size);

/* Set the handler of an interrupt vector; replaces an earlier one. The handler is called with
 * interrupts off, and must send the EOI itself. An interrupt without a handler fails the test.
 * Interrupts come after wait_irq_enable(twin_wait()). */
void twin_on_interrupt(uint8_t vector, void (*fn)(void *ctx), void *ctx);

/* ---- checks ---- */

/* Allow the lint `id` ("uart16550.IER.reserved") in this test, which breaks the rule on purpose. */
void twin_allow(const char *id);
/* Expect the test to end with a write of `value` to the debug exit port; it fails otherwise. */
void twin_expect_exit(uint32_t value);

/* Fail unless the condition holds. twin_assert ends the test then, twin_expect goes on. Values are
 * compared and printed as uint64_t. */
#define twin_assert(condition) twin_check(condition, #condition, __FILE__, __LINE__, true)
#define twin_expect(condition) twin_check(condition, #condition, __FILE__, __LINE__, false)
#define twin_assert_eq(got, want) \
	twin_check_equal((uint64_t)(got), (uint64_t)(want), #got, __FILE__, __LINE__, true)
#define twin_expect_eq(got, want) \
	twin_check_equal((uint64_t)(got), (uint64_t)(want), #got, __FILE__, __LINE__, false)

void twin_check(bool holds, const char *text, const char *file, int line, bool fatal);
void twin_check_equal(uint64_t got, uint64_t want, const char *text, const char *file, int line,
		      bool fatal);

#include "bimetal/twin_world.h"

#endif
