/* SPDX-License-Identifier: MIT */
/* One test for two worlds. A file that includes this header and headers of drivers, and nothing
 * else, is compiled twice:
 *
 *	TWIN(uart_16550, a_byte_reaches_the_wire)
 *	{
 *		struct uart_config config = uart_8n1(115200);
 *		struct uart uart;
 *		twin_assert_eq(uart_init(&uart, twin_port(0x3f8), *twin_wait(), &config), UART_OK);
 *	}
 *
 * natively, as a Criterion test on the device models; and freestanding, as a kernel inside the
 * emulated CPU, on the same models. The device accesses of both runs are compared. A lint of the
 * models fails the test, in either run.
 *
 * Each test has its own machine "pc" in the state that its firmware leaves, with 16 MiB of RAM and
 * the PCI function "pci-test"; interrupts are off. Its CPU is that of `bimetal run` without --cpu,
 * changed by CPU of CMake's bimetal_add_twin_test() (for example CPU +x2apic). Events from outside
 * the machine (a byte arriving on the serial line, an unplugged device) come from a script beside
 * the test (harness/console/stimuli.h). */
#ifndef BIMETAL_TWIN_H
#define BIMETAL_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dma.h"
#include "io.h"
#include "msr.h"
#include "wait.h"

/* Define a test. TWIN runs under QEMU too. TWIN_HERE does not: it needs what QEMU lacks, such as
 * events from a script, pci-test, or exact device timing. Both names are C identifiers, and
 * together unique in a program. */
#define TWIN(suite, name)      TWIN_DEFINE(suite, name)
#define TWIN_HERE(suite, name) TWIN_DEFINE(suite, name)

/* ---- the machine ---- */

struct io twin_port(uint16_t base);
struct io twin_memory(uint64_t base, uint32_t stride);
const struct wait *twin_wait(void);
/* The processor's MSRs. CPUID gives the same in both worlds, but not under QEMU. */
struct msrs twin_msrs(void);
/* A page-aligned piece of RAM to share with devices, not returned before in this test. The pieces
 * may total 1 MiB; beyond that the test fails. */
struct dma twin_dma(uint32_t size);
/* Memory as the firmware left it, at an address below 4 GiB. It must be RAM or ROM, not a device.
 * Natively, other addresses read as all ones. */
struct dma twin_ram(uint32_t physical, uint32_t size);

/* Set the handler of an interrupt; replaces an earlier one. It is called with interrupts off, and
 * sends the end of interrupt to the controller itself. An interrupt without a handler fails the
 * test. */
void twin_on_interrupt(uint8_t vector, void (*fn)(void *ctx), void *ctx);

/* ---- what the test expects ---- */

/* Allow the lint `id` ("uart16550.IER.reserved") in this test. Use it if the test breaks a rule on
 * purpose, to see how the model reacts. */
void twin_allow(const char *id);
/* The test must end with a write of `value` to the debug exit port; otherwise it fails. */
void twin_expect_exit(uint32_t value);

/* Fail unless the condition holds: assert also ends the test, expect goes on. Values are compared
 * and printed as uint64_t. */
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
