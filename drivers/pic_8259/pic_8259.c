/* SPDX-License-Identifier: MIT */
#include "pic_registers.h"

enum {
	SLAVE = 8, /* first line of the slave */
	OF_CHIP = 7,
	SPURIOUS_MASTER = 7,
	SPURIOUS_SLAVE = 15,
	VECTORS = 8,
	ALL = 0xff,
	FLOATING = 0xff,
	ALL_BUT_CASCADE = ALL & ~(1 << PIC_CASCADE)
};

static void put(const struct pic *pic, struct io_rw8 reg, uint8_t value)
{
	io_write(pic->io, reg, value);
	if (pic->slow) io_write(pic->io, PIC_DELAY, 0);
}

static uint8_t bit(unsigned line) { return (uint8_t)(1u << (line & OF_CHIP)); }

/* ---- initialisation ---- */

static bool good_vectors(uint8_t master, uint8_t slave)
{
	return master % VECTORS == 0 && slave % VECTORS == 0 && master != slave;
}

static void initialise(const struct pic *pic)
{
	put(pic, PIC_MASTER_COMMAND, PIC_ICW1 | PIC_ICW1_IC4);
	put(pic, PIC_SLAVE_COMMAND, PIC_ICW1 | PIC_ICW1_IC4);
	put(pic, PIC_MASTER_MASK, pic->master_vector);
	put(pic, PIC_SLAVE_MASK, pic->slave_vector);
	put(pic, PIC_MASTER_MASK, PIC_ICW3_MASTER);
	put(pic, PIC_SLAVE_MASK, PIC_ICW3_SLAVE);
	put(pic, PIC_MASTER_MASK, PIC_ICW4_8086);
	put(pic, PIC_SLAVE_MASK, PIC_ICW4_8086);
}

/* Masks that let no interrupt through, and that a floating bus cannot return. */
static bool answers(const struct pic *pic)
{
	put(pic, PIC_SLAVE_MASK, ALL);
	put(pic, PIC_MASTER_MASK, ALL_BUT_CASCADE);
	return io_read(pic->io, PIC_MASTER_MASK) == ALL_BUT_CASCADE;
}

/* ICW1 clears the masks, so interrupts must be off. */
static enum pic_status set_up(struct pic *pic)
{
	bool on = wait_irq_save(&pic->wait);
	uint8_t master = io_read(pic->io, PIC_MASTER_MASK);
	uint8_t slave = io_read(pic->io, PIC_SLAVE_MASK);
	initialise(pic);
	bool present = answers(pic);
	if (present) {
		put(pic, PIC_SLAVE_MASK, slave);
		put(pic, PIC_MASTER_MASK, master);
	}
	wait_irq_restore(&pic->wait, on);
	return present ? PIC_OK : PIC_ABSENT;
}

enum pic_status pic_init(struct pic *pic, struct io io, struct wait wait,
			 const struct pic_config *config)
{
	if (!pic || !config) return PIC_NULL;
	if (io.space != IO_PORT || io.base != 0 || io.stride != 1) return PIC_BAD_BASE;
	if (!good_vectors(config->master_vector, config->slave_vector)) return PIC_BAD_VECTOR;
	pic->io = io;
	pic->wait = wait;
	pic->slow = config->slow;
	pic->master_vector = config->master_vector;
	pic->slave_vector = config->slave_vector;
	return set_up(pic);
}

enum pic_status pic_remap(struct pic *pic, uint8_t master_vector, uint8_t slave_vector)
{
	if (!pic) return PIC_NULL;
	if (!good_vectors(master_vector, slave_vector)) return PIC_BAD_VECTOR;
	pic->master_vector = master_vector;
	pic->slave_vector = slave_vector;
	return set_up(pic);
}

enum pic_status pic_disable(struct pic *pic) { return pic_set_masks(pic, UINT16_MAX); }

/* ---- masks ---- */

static struct io_rw8 mask_of(unsigned line)
{
	return line < SLAVE ? PIC_MASTER_MASK : PIC_SLAVE_MASK;
}

static void change_mask(const struct pic *pic, unsigned line, bool masked)
{
	uint8_t old = io_read(pic->io, mask_of(line));
	put(pic, mask_of(line), (uint8_t)(masked ? old | bit(line) : old & ~bit(line)));
}

enum pic_status pic_mask(struct pic *pic, unsigned line)
{
	if (!pic) return PIC_NULL;
	if (line >= PIC_LINES) return PIC_BAD_LINE;
	bool on = wait_irq_save(&pic->wait);
	change_mask(pic, line, true);
	wait_irq_restore(&pic->wait, on);
	return PIC_OK;
}

enum pic_status pic_unmask(struct pic *pic, unsigned line)
{
	if (!pic) return PIC_NULL;
	if (line >= PIC_LINES) return PIC_BAD_LINE;
	bool on = wait_irq_save(&pic->wait);
	change_mask(pic, line, false);
	if (line >= SLAVE) change_mask(pic, PIC_CASCADE, false);
	wait_irq_restore(&pic->wait, on);
	return PIC_OK;
}

enum pic_status pic_get_masks(struct pic *pic, uint16_t *masked)
{
	if (!pic || !masked) return PIC_NULL;
	bool on = wait_irq_save(&pic->wait);
	unsigned slave = io_read(pic->io, PIC_SLAVE_MASK);
	*masked = (uint16_t)(slave << SLAVE | io_read(pic->io, PIC_MASTER_MASK));
	wait_irq_restore(&pic->wait, on);
	return PIC_OK;
}

enum pic_status pic_set_masks(struct pic *pic, uint16_t masked)
{
	if (!pic) return PIC_NULL;
	bool on = wait_irq_save(&pic->wait);
	put(pic, PIC_SLAVE_MASK, (uint8_t)(masked >> SLAVE));
	put(pic, PIC_MASTER_MASK, (uint8_t)masked);
	wait_irq_restore(&pic->wait, on);
	return PIC_OK;
}

/* ---- IRR and ISR ---- */

/* OCW3 selects what the command port reads. A handler may select something else, so callers turn
 * interrupts off. */
static uint8_t status_of(const struct pic *pic, struct io_rw8 command, bool in_service)
{
	unsigned which = in_service ? PIC_OCW3_ISR : 0;
	put(pic, command, (uint8_t)(PIC_OCW3 | PIC_OCW3_READ | which));
	return io_read(pic->io, command);
}

static enum pic_status status_of_both(struct pic *pic, bool in_service, uint16_t *lines)
{
	if (!pic || !lines) return PIC_NULL;
	bool on = wait_irq_save(&pic->wait);
	unsigned slave = status_of(pic, PIC_SLAVE_COMMAND, in_service);
	*lines = (uint16_t)(slave << SLAVE | status_of(pic, PIC_MASTER_COMMAND, in_service));
	wait_irq_restore(&pic->wait, on);
	return PIC_OK;
}

enum pic_status pic_get_requests(struct pic *pic, uint16_t *lines)
{
	return status_of_both(pic, false, lines);
}

enum pic_status pic_get_in_service(struct pic *pic, uint16_t *lines)
{
	return status_of_both(pic, true, lines);
}

/* ---- edge or level ---- */

static struct io_rw8 elcr_of(unsigned line) { return line < SLAVE ? PIC_ELCR1 : PIC_ELCR2; }

/* ELCR never reads as all ones: bits of the edge-only lines are reserved. */
static enum pic_status read_elcr(struct pic *pic, unsigned line, uint8_t *elcr)
{
	if (line >= PIC_LINES || (1u << line) & PIC_EDGES) return PIC_BAD_LINE;
	*elcr = io_read(pic->io, elcr_of(line));
	return *elcr == FLOATING ? PIC_ABSENT : PIC_OK;
}

enum pic_status pic_get_level(struct pic *pic, unsigned line, bool *level)
{
	if (!pic || !level) return PIC_NULL;
	uint8_t elcr;
	enum pic_status status = read_elcr(pic, line, &elcr);
	if (!status) *level = elcr & bit(line);
	return status;
}

enum pic_status pic_set_level(struct pic *pic, unsigned line, bool level)
{
	if (!pic) return PIC_NULL;
	uint8_t elcr;
	bool on = wait_irq_save(&pic->wait);
	enum pic_status status = read_elcr(pic, line, &elcr);
	if (!status)
		put(pic, elcr_of(line), (uint8_t)(level ? elcr | bit(line) : elcr & ~bit(line)));
	wait_irq_restore(&pic->wait, on);
	return status;
}

/* ---- handlers ---- */

enum pic_status pic_line_of(const struct pic *pic, uint8_t vector, unsigned *line)
{
	if (!pic || !line) return PIC_NULL;
	unsigned chip = vector & ~(unsigned)OF_CHIP;
	if (chip != pic->master_vector && chip != pic->slave_vector) return PIC_BAD_VECTOR;
	unsigned first = chip == pic->slave_vector ? SLAVE : 0;
	*line = first + vector - chip;
	return PIC_OK;
}

static void end_specific(const struct pic *pic, struct io_rw8 command, unsigned line)
{
	put(pic, command, (uint8_t)(PIC_OCW2_EOI | PIC_OCW2_SPECIFIC | (line & OF_CHIP)));
}

/* When a request has vanished, its chip gives line 7 but does not set it in service. The master saw
 * the slave's request, so its line 2 is in service. */
enum pic_status pic_begin(struct pic *pic, unsigned line)
{
	if (!pic) return PIC_NULL;
	if (line >= PIC_LINES) return PIC_BAD_LINE;
	if (line != SPURIOUS_MASTER && line != SPURIOUS_SLAVE) return PIC_OK;
	bool slave = line == SPURIOUS_SLAVE;
	bool on = wait_irq_save(&pic->wait);
	uint8_t in_service = status_of(pic, slave ? PIC_SLAVE_COMMAND : PIC_MASTER_COMMAND, true);
	bool spurious = !(in_service & bit(line));
	if (spurious && slave) end_specific(pic, PIC_MASTER_COMMAND, PIC_CASCADE);
	wait_irq_restore(&pic->wait, on);
	return spurious ? PIC_SPURIOUS : PIC_OK;
}

enum pic_status pic_end(struct pic *pic, unsigned line)
{
	if (!pic) return PIC_NULL;
	if (line >= PIC_LINES) return PIC_BAD_LINE;
	bool on = wait_irq_save(&pic->wait);
	if (line >= SLAVE) end_specific(pic, PIC_SLAVE_COMMAND, line);
	end_specific(pic, PIC_MASTER_COMMAND, line < SLAVE ? line : PIC_CASCADE);
	wait_irq_restore(&pic->wait, on);
	return PIC_OK;
}

enum pic_status pic_end_highest(struct pic *pic, unsigned line)
{
	if (!pic) return PIC_NULL;
	if (line >= PIC_LINES) return PIC_BAD_LINE;
	bool on = wait_irq_save(&pic->wait);
	if (line >= SLAVE) put(pic, PIC_SLAVE_COMMAND, PIC_OCW2_EOI);
	put(pic, PIC_MASTER_COMMAND, PIC_OCW2_EOI);
	wait_irq_restore(&pic->wait, on);
	return PIC_OK;
}
