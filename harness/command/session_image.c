/* SPDX-License-Identifier: MIT */
#include "harness/command/session_image.h"

#include <string.h>

#include "emu/x86/start_state.h"
#include "harness/command/session_disks.h"
#include "harness/machine/board.h"

/* No image: what the drives hold. */
static bool boot_disks(struct session *s)
{
	struct cpu_regs regs;

	if (s->options->boot.kind == BOOT_CD) session_boot_from(s, BIOS_CD);
	if (!session_attach_disks(s) || !session_check_boot(s)) return false;
	start_state_real(&regs, START_RESET);
	processor_set_regs(&s->machine.processor, &regs);
	return true;
}

/* The BIOS boots a disk itself. For others it is as if it had: those that call it get its
 * interrupts. */
static void finish_firmware(struct session *s)
{
	const struct firmware *f = s->machine.kind->firmware;

	if (s->boot.kind == BOOT_DISK || s->boot.kind == BOOT_CD) return;
	if (f && f->guest_starts) f->guest_starts(&s->machine, s->boot.calls_bios);
}

static bool load_image(struct session *s)
{
	struct boot_request request = s->options->boot;
	struct cpu_regs regs = { 0 };
	request.firmware = &s->machine.firmware;
	request.framebuffer = &s->machine.ends.framebuffer;
	if (!s->options->boot.path) return boot_disks(s);
	symbols_free(s->symbols);
	s->symbols = NULL;
	boot_result_free(&s->boot);
	memset(&s->boot, 0, sizeof(s->boot));
	if (!boot_load(&request, &s->machine.mem, &regs, &s->boot, s->error, sizeof(s->error)))
		return false;
	if (s->boot.warning[0] && !s->again)
		fprintf(s->messages.out, "bimetal: warning: %s: %s\n", request.path,
			s->boot.warning);
	s->symbols = symbols_new(s->boot.image, s->boot.image_size);
	if (!session_attach_disks(s)) return false;
	if (s->boot.kind == BOOT_CD && !session_check_boot(s)) return false;
	finish_firmware(s);
	processor_set_regs(&s->machine.processor, &regs);
	return true;
}

bool session_load_image(struct session *s)
{
	if (!load_image(s)) return false;
	if (s->trace_out) trace_guest_starts(&s->trace, processor_pc(&s->machine.processor));
	return true;
}
