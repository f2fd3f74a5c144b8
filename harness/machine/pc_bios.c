/* SPDX-License-Identifier: MIT */
/* The PC's BIOS as the firmware of a machine: what it leaves after a reset, and its services. */
#include "devices/vga/modes.h"
#include "emu/array.h"
#include "harness/firmware/bios/state.h"
#include "harness/machine/pc_board.h"

/* ---- what it leaves ---- */

struct programming {
	uint8_t offset, value;
};

static void program(struct device *dev, const struct programming *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++) device_write(dev, p[i].offset, 8, p[i].value, NULL, NULL);
}

#define PROGRAM(dev, list) program(dev, list, ARRAY_SIZE(list))

static void program_pic(struct pc *pc)
{
	/* ICW1..ICW4, then OCW1: all lines masked. */
	static const struct programming master[] = {
		{ 0, 0x11 }, { 1, 0x08 }, { 1, 0x04 }, { 1, 0x01 }, { 1, 0xff }
	};
	static const struct programming slave[] = {
		{ 0, 0x11 }, { 1, 0x70 }, { 1, 0x02 }, { 1, 0x01 }, { 1, 0xff }
	};

	PROGRAM(&pc->pic.master, master);
	PROGRAM(&pc->pic.slave, slave);
}

static void program_pit(struct pc *pc)
{
	/* Counter 0: mode 3, 65536; counter 1: mode 2, 18, the refresh that port 0x61 shows. */
	static const struct programming pit[] = {
		{ 3, 0x36 }, { 0, 0x00 }, { 0, 0x00 }, { 3, 0x54 }, { 1, 0x12 }
	};

	PROGRAM(&pc->pit.dev, pit);
}

static void program_uarts(struct pc *pc)
{
	/* DLAB, divisor 12 (9600 baud), 8 data bits, no parity, 1 stop bit. */
	static const struct programming uart[] = { { 3, 0x83 }, { 0, 12 }, { 1, 0 }, { 3, 0x03 } };

	for (unsigned i = 0; i < PC_N_UARTS; i++) PROGRAM(&pc->uart[i].dev, uart);
}

/* Only port 0x92 opens A20, so that a program can close it there. */
static void leave_keyboard(struct pc *pc)
{
	ps2_keyboard_model_bios_state(&pc->keyboard);
	ps2_mouse_model_bios_state(&pc->mouse);
	ps2_controller_model_bios_state(&pc->kbc);
	pc->kbc.s.inner[PS2_CONTROLLER_MODEL_OUTPUT_PORT] &=
		~(uint64_t)PS2_CONTROLLER_MODEL_OUT_A20;
	pc->s.kbc_a20 = false;
}

void pc_bios_reset(struct machine *m)
{
	struct pc *pc = pc_of(m);

	program_pic(pc);
	program_pit(pc);
	program_uarts(pc);
	dma_8237_model_bios_state(&pc->dma);
	leave_keyboard(pc);
	pc_drive_a20(m);
	vga_model_set_text_mode(&pc->vga);
	lapic_model_virtual_wire(&pc->lapic);
	bios_lay_memory(&m->mem);
	bios_lay_cmos(&pc->rtc, &m->mem);
	bios_reset(&pc->bios);
}

/* ---- its services ---- */

bool pc_bios_pending(const struct machine *m) { return bios_pending(&pc_of(m)->bios); }
void pc_bios_serve(struct machine *m) { bios_serve(&pc_of(m)->bios, &m->processor); }

void pc_bios_guest_starts(struct machine *m, bool calls)
{
	if (calls)
		bios_prepare(&pc_of(m)->bios);
	else
		bios_mark_started(&pc_of(m)->bios);
}

bool pc_bios_waits(const struct machine *m, char *buf, size_t size, bool *asleep)
{
	const struct bios *bios = &pc_of(m)->bios;

	*asleep = bios->s.wait.asleep;
	return bios_waits(bios, buf, size);
}

bool pc_bios_copy(struct machine *to, struct machine *from)
{
	return bios_copy_disks(&pc_of(to)->bios, &pc_of(from)->bios);
}

const char *pc_bios_mark_fault(const struct machine *m)
{
	return bios_writes_through(&pc_of(m)->bios) ? "a disk is open with access=write: its file "
						      "would keep what is written after a mark"
						    : NULL;
}

void *pc_bios_mark(struct machine *m) { return bios_mark_disks(&pc_of(m)->bios); }

bool pc_bios_restore(struct machine *m, const void *mark)
{
	return bios_restore_disks(&pc_of(m)->bios, mark);
}

void pc_bios_mark_free(void *mark) { bios_free_disks(mark); }

bool pc_bios_save(const struct machine *m, const struct piece_sink *to)
{
	return bios_save_disks(&pc_of(m)->bios, to);
}

bool pc_bios_load(struct machine *m, const char *name, const void *data, size_t size)
{
	return bios_load_disk(&pc_of(m)->bios, name, data, size);
}

void pc_bios_free(struct machine *m) { bios_free(&pc_of(m)->bios); }
