/* SPDX-License-Identifier: MIT */
/* The BIOS's drives as the storage of a machine. */
#include "harness/firmware/bios/bios.h"

static const char *attach(void *ctx, unsigned slot, struct disk_image *image)
{
	return bios_attach(ctx, (enum bios_slot)slot, image);
}

static bool present(const void *ctx, unsigned slot)
{
	return ((const struct bios *)ctx)->drive[slot].present;
}

static const char *note(const void *ctx, unsigned slot)
{
	return ((const struct bios *)ctx)->drive[slot].image.note;
}

static void boot_from(void *ctx, unsigned slot) { ((struct bios *)ctx)->boot_slot = (int)slot; }
static int boot_slot(const void *ctx) { return bios_boot_slot(ctx); }

static bool check_boot(const void *ctx, char *err, size_t err_size)
{
	return bios_check_boot(ctx, err, err_size);
}

struct storage_end bios_end(struct bios *b)
{
	static const struct storage_end_ops ops = { .attach = attach,
						    .present = present,
						    .note = note,
						    .boot_from = boot_from,
						    .boot_slot = boot_slot,
						    .check_boot = check_boot };

	return (struct storage_end){ .ops = &ops, .ctx = b };
}
