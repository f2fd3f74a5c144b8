/* SPDX-License-Identifier: MIT */
/* 8259A pair, 8254, CPUID helpers, and the memory functions a compiler may call. */
#include "k.h"

void *memset(void *to, int byte, size_t n)
{
	void *d = to;
	__asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(byte) : "memory");
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *d = to;
	__asm__ volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(n) : : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	for (size_t i = 0; i < n; i++)
		if (x[i] != y[i]) return x[i] - y[i];
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;
	while (s[n]) n++;
	return n;
}

struct cpuid cpuid_or_zero(uint32_t leaf, uint32_t subleaf)
{
	if (cpuid(leaf & 0x80000000u, 0).eax < leaf) return (struct cpuid){ 0 };
	return cpuid(leaf, subleaf);
}

bool cpu_has_nx(void) { return cpuid_or_zero(0x80000001u, 0).edx >> 20 & 1; }
bool cpu_has_smep(void) { return cpuid_or_zero(7, 0).ebx >> 7 & 1; }
bool cpu_has_smap(void) { return cpuid_or_zero(7, 0).ebx >> 20 & 1; }
bool cpu_has_1g_pages(void) { return cpuid_or_zero(0x80000001u, 0).edx >> 26 & 1; }
bool cpu_is_amd(void) { return cpuid(0, 0).ebx == 0x68747541; /* "Auth" */ }

enum {
	ICW1_INIT_ICW4 = 0x11,
	ICW4_8086 = 0x01,
	OCW2_EOI = 0x20,
	OCW3_IRR = 0x0a,
	OCW3_ISR = 0x0b,
	PIC_CASCADE = 2
};

void pic_init(void)
{
	outb(PIC1, ICW1_INIT_ICW4);
	outb(PIC1 + 1, IRQ_BASE);
	outb(PIC1 + 1, 1 << PIC_CASCADE);
	outb(PIC1 + 1, ICW4_8086);
	outb(PIC2, ICW1_INIT_ICW4);
	outb(PIC2 + 1, IRQ_BASE + 8);
	outb(PIC2 + 1, PIC_CASCADE);
	outb(PIC2 + 1, ICW4_8086);
	pic_mask(0xffff);
}

void pic_mask(uint16_t mask)
{
	outb(PIC1 + 1, (uint8_t)mask);
	outb(PIC2 + 1, (uint8_t)(mask >> 8));
}

static uint16_t pic_read(uint8_t command)
{
	outb(PIC1, command);
	outb(PIC2, command);
	return (uint16_t)(inb(PIC1) | inb(PIC2) << 8);
}

uint16_t pic_irr(void) { return pic_read(OCW3_IRR); }
uint16_t pic_isr(void) { return pic_read(OCW3_ISR); }

void pic_eoi(unsigned irq)
{
	if (irq >= 8) outb(PIC2, OCW2_EOI);
	outb(PIC1, OCW2_EOI);
}

enum {
	PIT_CH0_MODE0 = 0x30,
	PIT_CH0_MODE2 = 0x34,
	PIT_CH2_MODE0 = 0xb0,
	PORT_B = 0x61,
	PORT_B_GATE2 = 0x01,
	PORT_B_SPEAKER = 0x02,
	PORT_B_OUT2 = 0x20
};

static void pit_program(uint8_t command, uint16_t port, uint16_t count)
{
	outb(PIT_CMD, command);
	outb(port, (uint8_t)count);
	outb(port, (uint8_t)(count >> 8));
}

void pit_rate(uint16_t count) { pit_program(PIT_CH0_MODE2, PIT0, count); }
void pit_once(uint16_t count) { pit_program(PIT_CH0_MODE0, PIT0, count); }
/* A mode is set, no count is written: the counter waits. */
void pit_stop(void) { outb(PIT_CMD, PIT_CH0_MODE0); }

void pit_wait(uint32_t microseconds)
{
	uint32_t count = microseconds * 1193u / 1000u;
	uint8_t port_b = inb(PORT_B) & (uint8_t) ~(PORT_B_SPEAKER | PORT_B_GATE2);

	outb(PORT_B, port_b);
	pit_program(PIT_CH2_MODE0, PIT2, (uint16_t)(count ? count : 1));
	outb(PORT_B, port_b | PORT_B_GATE2);
	for (unsigned i = 0; i < 1000000 && !(inb(PORT_B) & PORT_B_OUT2); i++) {
	}
	outb(PORT_B, port_b);
}

bool wait_irr(unsigned irq)
{
	for (unsigned i = 0; i < 30000; i++)
		if (pic_irr() >> irq & 1) return true;
	return false;
}

void kernel_start(void)
{
	tables_init();
	serial_init();
	pit_stop(); /* firmware leaves it ticking */
	pic_init();
	kernel_main();
	finish();
}
