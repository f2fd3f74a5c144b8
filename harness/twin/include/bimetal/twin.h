/* SPDX-License-Identifier: MIT */
/* One test, two metals. A file that includes this and the headers of drivers, and nothing else, is
 * compiled twice:
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
 * natively, as a Criterion test on the device models; and freestanding, as a kernel inside the
 * emulated CPU on the same models. The accesses to devices that both make are compared. A lint of
 * the models fails the test, on either side.
 *
 * Each test has a machine "pc" of its own in the state that its firmware leaves, with 16 MiB of RAM
 * and the PCI function "pci-test"; interrupts are off. Its CPU has what bimetal's CPU has without
 * --cpu, and what CMake's bimetal_add_twin_test() is told (CPU +x2apic). What happens at its
 * outside (a byte on the wire, an unplugged device) stands in a script beside the test
 * (docs/twin-tests.md). */
#ifndef BIMETAL_TWIN_H
#define BIMETAL_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dma.h"
#include "io.h"
#include "msr.h"
#include "wait.h"

/* A test's body. TWIN runs under QEMU too; TWIN_HERE needs what QEMU has not: a script's stimuli,
 * pci-test, or a device's exact time. Both names are C identifiers, unique together in a program.
 */
#define TWIN(suite, name)      TWIN_DEFINE(suite, name)
#define TWIN_HERE(suite, name) TWIN_DEFINE(suite, name)

/* ---- the machine ---- */

struct io twin_port(uint16_t base);
struct io twin_memory(uint64_t base, uint32_t stride);
const struct wait *twin_wait(void);
/* The processor's: what CPUID tells is the same in both worlds, but not under QEMU. */
struct msrs twin_msrs(void);
/* A piece of RAM to share with devices, page-aligned, not handed out before in this test; `size` of
 * all pieces together: at most 1 MiB, or the test fails. */
struct dma twin_dma(uint32_t size);
/* Memory as firmware left it, at an address below 4 GiB: RAM or ROM, not a device's. Natively, what
 * is neither reads as all ones. */
struct dma twin_ram(uint32_t physical, uint32_t size);

/* Who handles an interrupt from now on; replaces an earlier one. The handler is called with
 * interrupts off and ends the interrupt at its controller itself. An interrupt without a handler
 * fails the test. */
void twin_on_interrupt(uint8_t vector, void (*fn)(void *ctx), void *ctx);

/* ---- what is wanted ---- */

/* Allow the lint `id` ("uart16550.IER.reserved") in this test: it shows how the model answers a
 * broken rule. */
void twin_allow(const char *id);
/* The test ends with a write of `value` to the debug exit port, and fails without. */
void twin_expect_exit(uint32_t value);

/* Fail unless the condition holds: assert ends the test, expect goes on. Values are compared and
 * shown as uint64_t. */
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
