/* SPDX-License-Identifier: MIT */
/* A kernel for the machine "none", which has no firmware: it sets up the interrupt controller and
 * the UART itself, and sends a line by transmitter interrupts. A plain ELF file, entered in 32-bit
 * protected mode with an undefined stack. */
#include <stdint.h>

enum {
	CODE_SELECTOR = 0x08,
	IRQ_COM1 = 4,
	VECTOR_BASE = 0x20,
	N_VECTORS = VECTOR_BASE + 16,
	PIC1 = 0x20,
	PIC2 = 0xa0,
	COM1 = 0x3f8,
	DEBUG_EXIT = 0xf4,
	EXIT_SUCCESS_VALUE = 0x10,
	IIR_CAUSE = 0x0f,
	IIR_THR_EMPTY = 0x02,
	LSR = 5,
	LSR_TEMT = 0x40
};

struct gate {
	uint16_t low, selector, flags, high;
};

struct table {
	uint16_t limit;
	uint32_t base;
} __attribute__((packed));

static struct gate idt[N_VECTORS];
static const uint64_t gdt[] = { 0, 0x00cf9a000000ffff, 0x00cf92000000ffff };
static const char text[] = "none: DONE passed\n";
static volatile unsigned sent;

static void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t inb(uint16_t port)
{
	uint8_t value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

void on_com1(void);
void kernel(void);
extern const char com1_stub[];

void on_com1(void)
{
	if ((inb(COM1 + 2) & IIR_CAUSE) == IIR_THR_EMPTY) {
		if (sent < sizeof(text) - 1)
			outb(COM1, (uint8_t)text[sent]);
		else
			outb(COM1 + 1, 0);
		sent++;
	}
	outb(PIC1, 0x60 | IRQ_COM1); /* specific EOI */
}

static void write_all(uint16_t port, const uint8_t *words, unsigned n)
{
	outb(port, words[0]); /* ICW1; the others go to the second port */
	for (unsigned i = 1; i < n; i++) outb(port + 1, words[i]);
}

static void start_interrupts(void)
{
	static const uint8_t master[] = { 0x11, VECTOR_BASE, 0x04, 0x01,
					  (uint8_t) ~(1u << IRQ_COM1) };
	static const uint8_t slave[] = { 0x11, VECTOR_BASE + 8, 0x02, 0x01, 0xff };
	uint32_t at = (uint32_t)com1_stub;
	struct table gdtr = { sizeof(gdt) - 1, (uint32_t)gdt };
	struct table idtr = { sizeof(idt) - 1, (uint32_t)idt };

	idt[VECTOR_BASE + IRQ_COM1] =
		(struct gate){ (uint16_t)at, CODE_SELECTOR, 0x8e00, (uint16_t)(at >> 16) };
	__asm__ volatile("lgdt %0; lidt %1; ljmp %2, $1f; 1:; movw $16, %%ax;"
			 "movw %%ax, %%ds; movw %%ax, %%es; movw %%ax, %%ss"
			 :
			 : "m"(gdtr), "m"(idtr), "i"(CODE_SELECTOR)
			 : "eax", "memory");
	write_all(PIC1, master, sizeof(master));
	write_all(PIC2, slave, sizeof(slave));
}

static void start_uart(void)
{
	outb(COM1 + 3, 0x83); /* DLAB: 115200 baud */
	outb(COM1, 1);
	outb(COM1 + 1, 0);
	outb(COM1 + 3, 0x03);
	outb(COM1 + 4, 0x08); /* OUT2: the interrupt pin is connected */
	outb(COM1 + 1, 0x02); /* ETBEI */
}

void kernel(void)
{
	start_interrupts();
	start_uart();
	while (sent < sizeof(text)) __asm__ volatile("sti; hlt; cli" : : : "memory");
	while (!(inb(COM1 + LSR) & LSR_TEMT)) {
	}
	__asm__ volatile("outl %0, %1" : : "a"(EXIT_SUCCESS_VALUE), "Nd"((uint16_t)DEBUG_EXIT));
	for (;;) __asm__ volatile("cli; hlt");
}

/* The entry sets up the stack and calls the program. The interrupt stub saves all registers. */
__asm__(".text\n"
	".globl start, com1_stub\n"
	"start: movl $stack_top, %esp\n"
	"	call kernel\n"
	"com1_stub: pushal\n"
	"	cld\n"
	"	call on_com1\n"
	"	popal\n"
	"	iret\n"
	".bss\n"
	".balign 16\n"
	"	.skip 4096\n"
	"stack_top:\n"
	".text\n");
