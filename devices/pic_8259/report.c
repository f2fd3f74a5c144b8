/* SPDX-License-Identifier: MIT */
/* Which requests of the 8259A pair are pending, masked or in service, in words. */
#include <inttypes.h>

#include "devices/pic_8259/model.h"
#include "emu/units.h"

enum { SLAVE_FIRST = 8, N_IRQS = 16 };

static const char *irq_name(unsigned irq)
{
	static const char *const names[N_IRQS] = { "timer",     "keyboard", "cascade", "COM2/COM4",
						   "COM1/COM3", "",         "",        "",
						   "RTC",       "",         "",        "",
						   "mouse",     "FPU",      "IDE",     "IDE" };
	return names[irq];
}

/* The inputs that are level-triggered. */
static uint8_t levels(const struct pic_8259_model_chip_state *c)
{
	return c->icw1 & ICW1_LTIM ? 0xff : c->elcr;
}

static uint8_t requests(const struct pic_8259_model_chip_state *c)
{
	return (uint8_t)((c->lines & levels(c)) | (c->edge & ~levels(c)));
}

static void print_irq(unsigned irq, const struct pic_8259_model *pic, FILE *out)
{
	const struct pic_8259_model_chip_state *chip =
		irq < SLAVE_FIRST ? &pic->s.master : &pic->s.slave;

	fprintf(out, "IRQ %u (%s%svector 0x%02x)", irq, irq_name(irq), irq_name(irq)[0] ? ", " : "",
		(chip->icw2 & 0xf8u) + irq % SLAVE_FIRST);
}

static void print_irqs(const char *what, uint16_t set, const struct pic_8259_model *pic, FILE *out)
{
	const char *space = "";
	if (!set) return;
	fprintf(out, "; %s ", what);
	for (unsigned irq = 0; irq < N_IRQS; irq++) {
		if (!(set >> irq & 1)) continue;
		fputs(space, out);
		print_irq(irq, pic, out);
		space = ", ";
	}
}

/* Of both chips, a bit per IRQ; without the cascade. */
struct pic_irqs {
	uint16_t waiting, masked, in_service, mask;
	bool cascade; /* the master has had no EOI for an interrupt of the slave */
};

enum { BELOW_CASCADE = 0xfff8 /* IRQs that the cascade holds back while it is in service */ };

static struct pic_irqs irqs_of(const struct pic_8259_model *pic)
{
	const struct pic_8259_model_chip_state *master = &pic->s.master;
	const struct pic_8259_model_chip_state *slave = &pic->s.slave;
	enum { CASCADE = 1 << PIC_8259_MODEL_CASCADE };
	uint16_t irr = (uint16_t)((requests(master) & ~CASCADE) | requests(slave) << SLAVE_FIRST);
	uint16_t imr = (uint16_t)(master->imr | slave->imr << SLAVE_FIRST);
	if (master->imr & CASCADE) imr |= 0xff00;
	return (struct pic_irqs){
		.waiting = irr & (uint16_t)~imr,
		.masked = irr & imr,
		.mask = imr,
		.in_service = (uint16_t)((master->isr & ~CASCADE) | slave->isr << SLAVE_FIRST),
		.cascade = master->isr & CASCADE,
	};
}

/* Lines of unmasked IRQs that nobody has lowered for long: a driver did not clear the interrupt in
 * its device. A line that is lowered in time is high for less; one whose edge waits is in order. */
static void print_high(const struct pic_8259_model *pic, const struct pic_irqs *irqs, FILE *out)
{
	uint16_t high = (uint16_t)(pic->s.master.lines | pic->s.slave.lines << SLAVE_FIRST);
	uint16_t level = (uint16_t)(levels(&pic->s.master) | levels(&pic->s.slave) << SLAVE_FIRST);

	high &= (uint16_t) ~(irqs->mask | (irqs->waiting & ~level));
	for (unsigned irq = 0; pic->clock && irq < N_IRQS; irq++) {
		uint64_t s = (clock_now(pic->clock) - pic->s.elcr.rose_ns[irq]) / NS_PER_S;

		if (irq == PIC_8259_MODEL_CASCADE || !(high >> irq & 1) || s == 0) continue;
		fputs("; ", out);
		print_irq(irq, pic, out);
		fprintf(out, ": its line has been high for %" PRIu64 " s%s", s,
			level >> irq & 1 ? "" : ", and only a rising edge requests an interrupt");
	}
}

void pic_8259_model_report(const struct device *dev, FILE *out)
{
	const struct pic_8259_model *pic = (const struct pic_8259_model *)dev;

	if (!pic->s.master.ready) {
		fputs("  8259A: not initialised (ICW1 to ICW4)\n", out);
		return;
	}
	struct pic_irqs irqs = irqs_of(pic);
	bool any = irqs.waiting || irqs.masked || irqs.in_service || irqs.cascade;
	fprintf(out, "  8259A: masks (IMR) 0x%04x",
		(unsigned)(pic->s.master.imr | pic->s.slave.imr << 8));
	print_irqs("waiting:", irqs.waiting, pic, out);
	print_irqs("requested but masked:", irqs.masked, pic, out);
	print_irqs("in service, no EOI yet:", irqs.in_service, pic, out);
	if (irqs.cascade) fputs("; the cascade in service at the master, no EOI yet", out);
	if (!any) fputs("; nothing is requested", out);
	print_high(pic, &irqs, out);
	fputc('\n', out);
}

bool pic_8259_model_raises(const struct device *dev, uint8_t vector, char *buf, size_t size)
{
	const struct pic_8259_model *pic = (const struct pic_8259_model *)dev;
	enum { NONE = 0xff, WITHIN_CHIP = SLAVE_FIRST - 1 };

	if (!pic->s.master.ready || pic->s.master.imr == NONE) return false;
	for (unsigned irq = 0; irq < N_IRQS; irq += SLAVE_FIRST) {
		const struct pic_8259_model_chip_state *chip = irq ? &pic->s.slave : &pic->s.master;

		if ((chip->icw2 & 0xf8u) != (vector & 0xf8u)) continue;
		irq += vector & WITHIN_CHIP;
		snprintf(buf, size, "IRQ %u%s%s", irq, irq_name(irq)[0] ? ", " : "", irq_name(irq));
		return true;
	}
	return false;
}

bool pic_8259_model_held_back(const struct device *dev, char *buf, size_t size)
{
	const struct pic_8259_model *pic = (const struct pic_8259_model *)dev;
	struct pic_irqs irqs = irqs_of(pic);

	if (!pic->s.master.ready || !irqs.waiting) return false;
	if (irqs.in_service) {
		int served = __builtin_ctz(irqs.in_service);
		const char *ports = "";
		if (served >= SLAVE_FIRST)
			ports = irqs.cascade ? " to ports 0xa0 and 0x20"
					     : " to port 0xa0; one to 0x20 is not enough";
		snprintf(buf, size,
			 "the 8259A holds back IRQ %d until the handler of IRQ %d sends its EOI%s",
			 __builtin_ctz(irqs.waiting), served, ports);
		return true;
	}
	if (!irqs.cascade || !(irqs.waiting & BELOW_CASCADE)) return false;
	snprintf(buf, size,
		 "the 8259A holds back IRQ %d: an interrupt of the slave had its EOI at port 0xa0, "
		 "but "
		 "none at 0x20",
		 __builtin_ctz(irqs.waiting & BELOW_CASCADE));
	return true;
}
