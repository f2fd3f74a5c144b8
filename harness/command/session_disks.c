/* SPDX-License-Identifier: MIT */
#include "harness/command/session_disks.h"

#include <stdio.h>

#include "harness/firmware/bios/drive_choice.h"

enum { NOTE_SIZE = 256, WHY_SIZE = 384 };

static bool attach(struct session *s, enum bios_slot slot, const char *name,
		   struct disk_image *image)
{
	const char *fault = bios_attach(&s->machine.bios, slot, image);

	if (fault) {
		disk_image_close(image);
		return session_fail(s, "%s: %s", name, fault);
	}
	if (s->machine.bios.drive[slot].image.note[0] && !s->again)
		fprintf(s->messages.out, "bimetal: %s\n", s->machine.bios.drive[slot].image.note);
	return true;
}

static bool open_disk(struct session *s, enum bios_slot slot, const struct disk_option *option)
{
	struct disk_image image;

	if (slot == BIOS_N_SLOTS)
		return session_fail(
			s, "%s: IMAGE is a hard disk too, and the machine takes two at most",
			option->path);
	return disk_image_open(&image, option->path, option->access, s->error, sizeof(s->error)) &&
	       attach(s, slot, option->path, &image);
}

/* The drive that IMAGE goes into. Prints how it was chosen. */
static enum bios_slot image_slot(const struct session *s)
{
	const struct run_options *o = s->options;
	const struct boot_result *boot = &s->boot;
	enum bios_slot slot = BIOS_CD;
	char why[NOTE_SIZE] =
		"booted as a CD (\"CD001\" at offset 0x8001), drive E0h; for a hard disk: --disk";

	if (boot->kind == BOOT_SECTOR) return BIOS_DISK0;
	if (boot->kind == BOOT_DISK)
		slot = drive_choose(boot->image, boot->image_size, o->floppy.path, why,
				    sizeof(why));
	if (!o->quiet && !s->again)
		fprintf(s->messages.out, "bimetal: %s: %s\n", o->boot.path, why);
	return slot;
}

/* If IMAGE is a disk, put it into its drive. */
static bool attach_image(struct session *s)
{
	struct boot_result *boot = &s->boot;
	enum bios_slot slot;
	const char *name = s->options->boot.path;
	struct disk_image image;

	if (boot->kind != BOOT_DISK && boot->kind != BOOT_CD && boot->kind != BOOT_SECTOR)
		return true;
	slot = image_slot(s);
	if (!disk_image_take_bytes(&image, name, boot->image, boot->image_size, s->error,
				   sizeof(s->error)))
		return false;
	boot->image = NULL;
	s->machine.bios.boot_slot = (int)slot;
	return attach(s, slot, name, &image);
}

bool session_attach_disks(struct session *s)
{
	const struct run_options *o = s->options;
	enum bios_slot slot;

	if (s->has_disks) return true;
	s->has_disks = true;
	if (!attach_image(s)) return false;
	slot = s->machine.bios.drive[BIOS_DISK0].present ? BIOS_DISK1 : BIOS_DISK0;
	for (size_t i = 0; i < o->n_disks; i++, slot++)
		if (!open_disk(s, slot, &o->disk[i])) return false;
	return (!o->floppy.path || open_disk(s, BIOS_FLOPPY, &o->floppy)) &&
	       (!o->cdrom.path || open_disk(s, BIOS_CD, &o->cdrom));
}

const char *session_boot_file(const struct session *s)
{
	const struct run_options *o = s->options;

	if (o->boot.path) return o->boot.path;
	switch (bios_boot_slot(&s->machine.bios)) {
	case BIOS_FLOPPY: return o->floppy.path;
	case BIOS_CD: return o->cdrom.path;
	case BIOS_DISK0: return o->disk[0].path;
	default: return NULL;
	}
}

bool session_check_boot(struct session *s)
{
	char why[WHY_SIZE];
	const char *name = session_boot_file(s);

	if (bios_check_boot(&s->machine.bios, why, sizeof(why))) return true;
	return session_fail(s, "%s%s%s", name ? name : "", name ? ": " : "", why);
}
