/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0: header 3.1, machine state 3.3, boot information 3.6.
 *
 * Every header tag is obeyed, or the image is refused with a message that names the tag. An
 * optional tag that cannot be obeyed is ignored (3.1.3). If a tag comes twice, the last one counts.
 * Not in the boot information, as this machine has none of them: boot device (the image is not a
 * file on a BIOS disk), VBE, APM, SMBIOS, network, and everything about EFI. */
#include "harness/boot/multiboot2.h"

#include <inttypes.h>

#include "emu/x86/start_state.h"

/* 3.1.13. False, without a message: there is no such place. */
static bool find_place(const struct load *l, const struct mb2_header_relocatable *m,
		       uint64_t linked, uint64_t size, uint64_t *base)
{
	struct place place = {
		.what = "the image",
		.size = size,
		.align = m->align ? m->align : 1,
		.min = m->min > LOAD_LOW ? m->min : LOAD_LOW,
		.max = m->max,
		.high = m->preference == MB2_PREFER_HIGHEST,
	};

	*base = linked;
	if (m->preference == MB2_PREFER_NONE && linked >= place.min && linked < place.max &&
	    size <= place.max - linked && linked % place.align == 0 && load_is_ram(l, linked, size))
		return true;
	return load_find(l, &place, base);
}

/* The load address of an image that is linked to [linked, linked + size). */
static bool choose_base(struct load *l, const struct multiboot2_wishes *w, uint64_t linked,
			uint64_t size, uint64_t *base)
{
	*base = linked;
	if (!w->relocatable || find_place(l, &w->move, linked, size, base)) return true;
	*base = linked;
	if (w->move_optional) return true;
	return multiboot2_refuse(
		l, w,
		"its relocatable tag wants 0x%" PRIx64
		" bytes of free memory between 0x%x and 0x%x, aligned to 0x%x, and no such "
		"range is free: give the machine more memory with -m",
		size, w->move.min, w->move.max, w->move.align);
}

static bool load_by_address(struct load *l, const struct multiboot2_wishes *w)
{
	struct multiboot_image image;
	uint64_t base;

	if (!w->has_entry)
		return multiboot2_refuse(
			l, w,
			"it has an address tag, which takes the ELF header's place, but no "
			"entry address tag: nothing says where to start");
	if (!multiboot_image(l, &w->where, &w->address, &image) ||
	    !multiboot_check_entry(l, &w->where, w->entry, image.base, image.memsz) ||
	    !choose_base(l, w, image.base, image.memsz, &base) ||
	    !multiboot_image_load(l, &image, base))
		return false;
	l->result->entry = w->entry - image.base + base;
	return true;
}

static bool elf_entry(struct load *l, const struct multiboot2_wishes *w,
		      const struct elf_image *elf, uint64_t *entry)
{
	uint64_t base, end;

	if (!w->has_entry) return load_elf_physical_entry(l, elf, entry);
	load_elf_range(elf, &base, &end);
	*entry = w->entry;
	return multiboot_check_entry(l, &w->where, *entry, base, end - base);
}

static bool load_by_elf(struct load *l, const struct multiboot2_wishes *w)
{
	struct elf_image elf;
	uint64_t linked, end, base, entry;

	if (!load_is_elf(l->bytes, l->size))
		return multiboot2_refuse(
			l, w,
			"it has no address tag, and the file is not ELF: nothing says where "
			"to load it (objcopy -O binary drops the addresses: boot the ELF file)");
	if (!load_elf_parse(l, &elf) || !elf_entry(l, w, &elf, &entry)) return false;
	load_elf_range(&elf, &linked, &end);
	if (!choose_base(l, w, linked, end - linked, &base)) return false;
	if (base == linked && !load_elf_check_position(l, &elf)) return false;
	load_elf_move(&elf, base - linked);
	l->result->entry = entry + (base - linked);
	return multiboot_check_reach(l, &w->where) && load_elf_segments(l, &elf);
}

bool load_multiboot2(struct load *l)
{
	struct multiboot2_wishes w;
	uint32_t info = 0;

	if (!multiboot2_read_header(l, &w)) return false;
	if (w.has_address ? !load_by_address(l, &w) : !load_by_elf(l, &w)) return false;
	if (!multiboot2_provide_info(l, &w, &info) ||
	    !load_start_protected(l, (uint32_t)l->result->entry))
		return false;
	l->result->calls_bios = true;
	l->regs->gpr[CPU_RAX] = MB2_BOOT_MAGIC; /* 3.3 */
	l->regs->gpr[CPU_RBX] = info;
	return true;
}
