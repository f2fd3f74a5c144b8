/* SPDX-License-Identifier: MIT */
#include "interrupts.h"

#include "bimetal/x86/gdt.h"
#include "bimetal/x86/idt_stubs.h"
#include "bimetal/x86/tss.h"
#include "machine.h"
#include "panic.h"

enum { DOUBLE_FAULT_STACK = 5 * 4096, SLOTS = GDT_DEFAULT_SLOTS };

struct interrupts interrupts;

static uint64_t slots[SLOTS];
static struct gdt gdt;
static struct tss tss;
static struct idt idt;
static struct idt_handlers handlers;
static uint16_t tss_selector;
static uint8_t double_fault_stack[DOUBLE_FAULT_STACK] __attribute__((aligned(16)));
static uint64_t expected_fault, resume_at;

void reference_interrupt(struct idt_context *context);
IDT_DEFINE_STUBS(reference_stubs, reference_interrupt)

void reference_interrupt(struct idt_context *context) { (void)idt_dispatch(&handlers, context); }

/* ---- handlers ---- */

static void on_breakpoint(void *ctx, struct idt_context *context)
{
	(void)ctx;
	interrupts.breakpoints++;
	interrupts.breakpoint_rip = context->frame.rip;
}

static void on_page_fault(void *ctx, struct idt_context *context)
{
	(void)ctx;
	interrupts.page_faults++;
	if (resume_at && x86_cr2(kernel.cpu) == expected_fault) {
		context->frame.rip = resume_at;
		resume_at = 0;
		return;
	}
	panic_by_exception(context);
}

static void on_anything(void *ctx, struct idt_context *context)
{
	(void)ctx;
	panic_by_exception(context);
}

void interrupts_expect_page_fault(uint64_t address, uint64_t resume)
{
	expected_fault = address;
	resume_at = resume;
}

void interrupts_handle(unsigned vector, void (*fn)(void *ctx, struct idt_context *context))
{
	(void)!idt_handle(&handlers, vector, vector, (struct idt_handler){ .fn = fn });
}

/* ---- descriptors ---- */

static bool load_segments(const char **why)
{
	uint16_t code, data;

	tss_init(&tss);
	*why = "the TSS has no stack for double faults";
	if (tss_set_ist(&tss, STACK_DOUBLE_FAULT,
			address_of(double_fault_stack + DOUBLE_FAULT_STACK)) != TSS_OK ||
	    tss_set_rsp(&tss, 0, address_of(boot_stack_top)) != TSS_OK)
		return false;
	*why = "the GDT is not as it should be";
	if (gdt_init(&gdt, slots, SLOTS) != GDT_OK ||
	    gdt_add(&gdt, GDT_KERNEL_CODE64, &code) != GDT_OK ||
	    gdt_add(&gdt, GDT_KERNEL_DATA, &data) != GDT_OK ||
	    gdt_add_tss(&gdt, &tss, TSS_SIZE - 1, &tss_selector) != GDT_OK ||
	    gdt_load(&gdt, kernel.cpu) != GDT_OK)
		return false;
	gdt_load_segments(kernel.cpu, code, data);
	*why = "the TSS cannot be loaded";
	return gdt_load_tss(&gdt, kernel.cpu, tss_selector) == GDT_OK;
}

static bool load_gates(const char **why)
{
	const uint16_t code = x86_cs(kernel.cpu);
	const struct idt_options normal = { .type = IDT_INTERRUPT };
	const struct idt_options own_stack = { .type = IDT_INTERRUPT, .ist = STACK_DOUBLE_FAULT };

	*why = "the IDT is not as it should be";
	idt_init(&idt);
	if (idt_set_range(&idt, 0, IDT_VECTORS - 1, reference_stubs, code, normal) != IDT_OK ||
	    idt_set(&idt, IDT_DF, reference_stubs[IDT_DF], code, own_stack) != IDT_OK)
		return false;
	handlers.otherwise.fn = on_anything;
	if (idt_handle(&handlers, IDT_BP, IDT_BP, (struct idt_handler){ .fn = on_breakpoint }) !=
		    IDT_OK ||
	    idt_handle(&handlers, IDT_PF, IDT_PF, (struct idt_handler){ .fn = on_page_fault }) !=
		    IDT_OK)
		return false;
	idt_load(&idt, kernel.cpu);
	return true;
}

bool interrupts_init(const char **why) { return load_segments(why) && load_gates(why); }

bool interrupts_tss_is_busy(void)
{
	const uint64_t descriptor = slots[gdt_selector_index(tss_selector)];

	return x86_str(kernel.cpu) == tss_selector && (descriptor >> 40 & 0xf) == GDT_TYPE_BUSY_TSS;
}

struct panic_stack interrupts_double_fault_stack(void)
{
	const uint64_t low = address_of(double_fault_stack);

	return (struct panic_stack){ .low = low, .high = low + DOUBLE_FAULT_STACK };
}
