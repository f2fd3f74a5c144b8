/* SPDX-License-Identifier: MIT */
/* Interrupts that the only processor sends to itself, by every kind of destination; the error
 * register; interrupts that must not be sent. */
#include "apic.h"

enum {
	VECTOR = 0x51,
	ERROR_VECTOR = 0x62,
	ILLEGAL_VECTOR = 5,
	ASSERT = 1 << 14,
	SELF = 1 << 18,
	ALL = 2 << 18,
	OTHERS = 3 << 18,
	MODE_INIT = 5 << 8,
	MODE_STARTUP = 6 << 8,
	LEVEL = 1 << 15,
	DFR_CLUSTER = 0x0fffffff,
	SEND_ILLEGAL = 1 << 5,
	RECEIVE_ILLEGAL = 1 << 6,
	ILLEGAL_ADDRESS = 1 << 7
};
#define DFR_FLAT 0xffffffffu

static volatile unsigned nmis;
static void on_nmi(struct trap_frame *f) { (void)f, nmis++; }

/* Sends this interrupt; returns how many interrupts the processor gets. */
static unsigned got(uint32_t low, uint32_t destination)
{
	came[VECTOR] = 0;
	lapic_write(LAPIC_ICR_HIGH, destination << DESTINATION);
	lapic_write(LAPIC_ICR_LOW, ASSERT | low);
	let_in();
	return came[VECTOR];
}

static void shorthands(void)
{
	check("self", got(SELF | VECTOR, 0), 1);
	check("all including self", got(ALL | VECTOR, 0), 1);
	check("all excluding self", got(OTHERS | VECTOR, 0), 0);
	check("self, whatever the destination", got(SELF | VECTOR, 0x77), 1);
	check("it is sent", lapic_read(LAPIC_ICR_LOW) >> 12 & 1, 0);
	check("the ICR reads as written", lapic_read(LAPIC_ICR_HIGH), 0x77u << DESTINATION);
}

static void physical(void)
{
	uint32_t id = lapic_read(LAPIC_MODEL_ID) >> DESTINATION;

	check("by its ID", got(VECTOR, id), 1);
	check("by another ID", got(VECTOR, id + 1), 0);
	check("by the broadcast ID", got(VECTOR, 0xff), 1);
	check("lowest priority", got(MODE_LOWEST | VECTOR, id), 1);
}

static void logical(void)
{
	lapic_write(LAPIC_MODEL_DFR, DFR_FLAT);
	lapic_write(LAPIC_MODEL_LDR, 2u << DESTINATION);
	check("flat: a set with its bit", got(LOGICAL | VECTOR, 3), 1);
	check("flat: a set without", got(LOGICAL | VECTOR, 4), 0);
	check("flat: all", got(LOGICAL | VECTOR, 0xff), 1);
	check("flat: lowest priority", got(MODE_LOWEST | LOGICAL | VECTOR, 2), 1);
	lapic_write(LAPIC_MODEL_DFR, DFR_CLUSTER);
	lapic_write(LAPIC_MODEL_LDR, 0x21u << DESTINATION);
	check("cluster: its cluster, its bit", got(LOGICAL | VECTOR, 0x23), 1);
	check("cluster: its cluster, another bit", got(LOGICAL | VECTOR, 0x22), 0);
	check("cluster: another cluster", got(LOGICAL | VECTOR, 0x33), 0);
	check("cluster: every cluster, its bit", got(LOGICAL | VECTOR, 0xff), 1);
	lapic_write(LAPIC_MODEL_DFR, DFR_FLAT);
	lapic_write(LAPIC_MODEL_LDR, 0);
	check("flat: nobody without a logical ID", got(LOGICAL | VECTOR, 0xff), 0);
}

static void queues(void)
{
	came[VECTOR] = 0;
	for (unsigned i = 0; i < 3; i++) lapic_write(LAPIC_ICR_LOW, SELF | ASSERT | VECTOR);
	check("pending in the IRR", lapic_vector(LAPIC_MODEL_IRR, VECTOR), 1);
	let_in();
	check("equal ones are one", came[VECTOR], 1);
	check("an IPI is by edge: TMR", lapic_vector(LAPIC_MODEL_TMR, VECTOR), 0);
	lapic_write(LAPIC_ICR_LOW, SELF | ASSERT | VECTOR);
	lapic_write(LAPIC_MODEL_TPR, 0xf0);
	let_in();
	check("held back by the TPR in time", came[VECTOR], 1);
	lapic_write(LAPIC_MODEL_TPR, 0);
	let_in();
	check("and let in", came[VECTOR], 2);
	check("no spurious interrupt came of it", came[SPURIOUS], 0);
}

/* Sends INIT level de-assert, which goes to all processors (SDM Vol. 3A 10.6.1): it affects
 * arbitration, but does not reset anything. */
static void deassert(void)
{
	lapic_write(LAPIC_ICR_HIGH, 0);
	lapic_write(LAPIC_ICR_LOW, ALL | LEVEL | MODE_INIT);
	let_in();
	check("the processor goes on", got(SELF | VECTOR, 0), 1);
}

static void others(void)
{
	uint32_t id = lapic_read(LAPIC_MODEL_ID) >> DESTINATION;

	nmis = 0;
	(void)got(MODE_NMI, id);
	check("an NMI", nmis, 1);
	(void)got(OTHERS | MODE_NMI, id);
	check("an NMI to the others", nmis, 1);
	(void)got(MODE_STARTUP | 8, id);
	(void)got(OTHERS | MODE_INIT, id);
	report(true, "a start-up, and INIT to the others, do nothing here");
}

static uint32_t errors(void)
{
	lapic_write(LAPIC_MODEL_ESR, 0);
	return lapic_read(LAPIC_MODEL_ESR);
}

static void error_register(void)
{
	(void)errors();
	check("no errors so far", errors(), 0);
	(void)lapic_read(0x40);
	check("a reserved address", errors(), ILLEGAL_ADDRESS);
	check("reported once", errors(), 0);
	lapic_write(LAPIC_MODEL_LVT_ERROR, ERROR_VECTOR);
	came[ERROR_VECTOR] = 0;
	lapic_write(LAPIC_ICR_LOW, SELF | ASSERT | ILLEGAL_VECTOR);
	let_in();
	check("an illegal vector interrupts", came[ERROR_VECTOR], 1);
	check("an illegal vector, sent and received", errors(), SEND_ILLEGAL | RECEIVE_ILLEGAL);
	check("it does not come", came[ILLEGAL_VECTOR], 0);
	lapic_write(LAPIC_MODEL_LVT_ERROR, LVT_MASKED | ERROR_VECTOR);
	lapic_write(LAPIC_ICR_LOW, SELF | ASSERT | ILLEGAL_VECTOR);
	let_in();
	check("not when masked", came[ERROR_VECTOR], 1);
	check("but it is noted", errors(), SEND_ILLEGAL | RECEIVE_ILLEGAL);
}

static void disabled(void)
{
	came[VECTOR] = 0;
	lapic_write(LAPIC_MODEL_SVR, SPURIOUS);
	check("disabled, every entry is masked", lapic_read(LAPIC_MODEL_LVT_LINT0) & LVT_MASKED,
	      LVT_MASKED);
	lapic_write(LAPIC_MODEL_LVT_TIMER, VECTOR);
	check("and stays so", lapic_read(LAPIC_MODEL_LVT_TIMER) & LVT_MASKED, LVT_MASKED);
	check("no interrupt", got(SELF | VECTOR, 0), 0);
	lapic_write(LAPIC_MODEL_SVR, SVR_ENABLE | SPURIOUS);
	let_in();
	check("nor afterwards", came[VECTOR], 0);
	check("enabled again", got(SELF | VECTOR, 0), 1);
}

void kernel_main(void)
{
	if (!apic_in_cpuid()) return;
	trap_hook[VECTOR] = on_counted;
	trap_hook[ERROR_VECTOR] = on_counted;
	trap_hook[ILLEGAL_VECTOR] = on_counted; /* so that it is reported if it comes */
	trap_hook[NMI] = on_nmi;
	lapic_start();
	shorthands();
	physical();
	logical();
	queues();
	deassert();
	others();
	error_register();
	disabled();
}
