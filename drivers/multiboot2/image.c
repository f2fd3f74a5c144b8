/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0, 3.1.5 and 3.1.6; System V ABI, gABI 4 and 5. All sums are of 64
 * bits, of numbers that are smaller. */
#include "bimetal/multiboot2_image.h"

#include "bytes.h"

enum {
	ELF_CLASS = 4,
	ELF_DATA = 5,
	ELF_TYPE = 16,
	ELF_MACHINE = 18,
	ELF_ENTRY = 24,
	CLASS_32 = 1,
	CLASS_64 = 2,
	DATA_LITTLE = 1,
	TYPE_EXECUTABLE = 2,
	MACHINE_386 = 3,
	MACHINE_X86_64 = 62,

	/* ELF32 */
	ELF32_PHOFF = 28,
	ELF32_PHENTSIZE = 42,
	ELF32_PHNUM = 44,
	ELF32_HEADER = 52,
	ELF32_PROGRAM = 32,
	/* ELF64 */
	ELF64_PHOFF = 32,
	ELF64_PHENTSIZE = 54,
	ELF64_PHNUM = 56,
	ELF64_HEADER = 64,
	ELF64_PROGRAM = 56,

	PT_LOAD = 1
};

/* A program header of either class. */
struct program {
	uint32_t type;
	uint64_t offset, virt, address, stored, size;
};

static void read_program(const struct mb2_image *image, uint32_t i, struct program *p)
{
	const uint8_t *h = image->bytes + image->first + (size_t)i * image->step;

	p->type = mb2_le32(h);
	if (image->is_64) {
		p->offset = mb2_le64(h + 8);
		p->virt = mb2_le64(h + 16);
		p->address = mb2_le64(h + 24);
		p->stored = mb2_le64(h + 32);
		p->size = mb2_le64(h + 40);
	} else {
		p->offset = mb2_le32(h + 4);
		p->virt = mb2_le32(h + 8);
		p->address = mb2_le32(h + 12);
		p->stored = mb2_le32(h + 16);
		p->size = mb2_le32(h + 20);
	}
}

/* ---- ELF ---- */

static enum mb2_status check_program(const struct mb2_image *image, const struct program *p)
{
	if (p->stored > p->size || p->size > UINT32_MAX || p->address > UINT32_MAX - p->size)
		return MB2_BAD_VALUE;
	if (p->stored && (p->offset > image->size || p->stored > image->size - p->offset))
		return MB2_TOO_SHORT;
	return p->stored && p->offset > UINT32_MAX ? MB2_BAD_VALUE : MB2_OK;
}

/* The class, and the table of program headers. */
static enum mb2_status read_elf(struct mb2_image *image, uint64_t *entry)
{
	static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };
	const uint8_t *h = image->bytes;
	uint64_t first;
	unsigned machine;

	if (image->size < ELF64_HEADER) return MB2_BAD_IMAGE;
	for (unsigned i = 0; i < sizeof(magic); i++)
		if (h[i] != magic[i]) return MB2_BAD_IMAGE;
	if ((h[ELF_CLASS] != CLASS_32 && h[ELF_CLASS] != CLASS_64) || h[ELF_DATA] != DATA_LITTLE)
		return MB2_BAD_IMAGE;
	image->is_64 = h[ELF_CLASS] == CLASS_64;
	machine = mb2_le16(h + ELF_MACHINE);
	if (mb2_le16(h + ELF_TYPE) != TYPE_EXECUTABLE ||
	    machine != (image->is_64 ? MACHINE_X86_64 : MACHINE_386))
		return MB2_BAD_IMAGE;
	*entry = image->is_64 ? mb2_le64(h + ELF_ENTRY) : mb2_le32(h + ELF_ENTRY);
	first = image->is_64 ? mb2_le64(h + ELF64_PHOFF) : mb2_le32(h + ELF32_PHOFF);
	image->step = mb2_le16(h + (image->is_64 ? ELF64_PHENTSIZE : ELF32_PHENTSIZE));
	image->n = mb2_le16(h + (image->is_64 ? ELF64_PHNUM : ELF32_PHNUM));
	if (image->step < (image->is_64 ? ELF64_PROGRAM : ELF32_PROGRAM)) return MB2_BAD_IMAGE;
	if (first > image->size || (uint64_t)image->n * image->step > image->size - first)
		return MB2_TOO_SHORT;
	if (first > UINT32_MAX) return MB2_BAD_IMAGE;
	image->first = (uint32_t)first;
	return MB2_OK;
}

/* Check every segment. The entry of the ELF header is a virtual address: find it in a segment. */
static enum mb2_status place_elf(struct mb2_image *image, bool has_entry)
{
	uint64_t virt;
	enum mb2_status status = read_elf(image, &virt);
	bool found = false;

	for (uint32_t i = 0; status == MB2_OK && i < image->n; i++) {
		struct program p;

		read_program(image, i, &p);
		if (p.type != PT_LOAD || p.size == 0) continue;
		status = check_program(image, &p);
		if (status != MB2_OK) break;
		if (has_entry)
			found = found ||
				(image->entry >= p.address && image->entry - p.address < p.size);
		else if (!found && virt >= p.virt && virt - p.virt < p.size) {
			image->entry = (uint32_t)(p.address + (virt - p.virt));
			found = true;
		}
	}
	if (status != MB2_OK) return status;
	return found ? MB2_OK : MB2_BAD_VALUE;
}

/* ---- an address tag ---- */

/* 3.1.5: the header tells which byte of the file goes where. */
static enum mb2_status place_whole(struct mb2_image *image, struct mb2_header_address a)
{
	uint64_t header_at = image->header.offset;
	uint64_t offset, stored, end;

	if (a.load == MB2_LOAD_FROM_START) {
		if (a.header < header_at) return MB2_BAD_VALUE;
		a.load = (uint32_t)(a.header - header_at);
	}
	if (a.load > a.header || a.header - a.load > header_at) return MB2_BAD_VALUE;
	offset = header_at - (a.header - a.load);
	if (a.load_end && a.load_end <= a.load) return MB2_BAD_VALUE;
	stored = a.load_end ? a.load_end - a.load : image->size - offset;
	end = a.load + stored;
	if (stored > image->size - offset) return MB2_TOO_SHORT;
	if (a.bss_end && a.bss_end < end) return MB2_BAD_VALUE;
	if (a.bss_end) end = a.bss_end;
	if (end > UINT32_MAX || image->entry < a.load || image->entry >= end) return MB2_BAD_VALUE;
	image->whole = (struct mb2_segment){ (uint32_t)offset, (uint32_t)stored, a.load,
					     (uint32_t)(end - a.load) };
	return MB2_OK;
}

/* ---- the header's tags ---- */

/* 3.1.4: requests of tags that no specification defines cannot be fulfilled. */
static enum mb2_status check_request(const struct mb2_header_tag *tag)
{
	struct mb2_header_request request;
	enum mb2_status status = mb2_header_read_request(tag, &request);
	uint32_t type;

	if (status != MB2_OK || tag->optional) return status;
	for (uint32_t i = 0; mb2_header_requested(&request, i, &type); i++)
		if (type == MB2_TAG_END || type >= MB2_TAG_KNOWN) return MB2_UNSUPPORTED;
	return MB2_OK;
}

struct wishes {
	struct mb2_header_address address;
	bool has_entry;
	uint32_t obeys;
};

static enum mb2_status take_tag(struct mb2_image *image, struct wishes *w,
				const struct mb2_header_tag *tag)
{
	enum { BITS = 32 };

	switch (tag->type) {
	case MB2_HEADER_REQUEST: return check_request(tag);
	case MB2_HEADER_ADDRESS:
		image->by_address = true;
		return mb2_header_read_address(tag, &w->address);
	case MB2_HEADER_ENTRY:
		w->has_entry = true;
		return mb2_header_read_entry(tag, &image->entry);
	default:
		if (tag->optional || (tag->type < BITS && w->obeys >> tag->type & 1)) return MB2_OK;
		return MB2_UNSUPPORTED;
	}
}

enum mb2_status mb2_image_open(struct mb2_image *image, const uint8_t *bytes, size_t size,
			       uint32_t obeys)
{
	struct wishes w = { .obeys = obeys };
	struct mb2_header_tag tag;
	enum mb2_status status;
	uint32_t at = 0;

	if (!image) return MB2_NULL;
	*image = (struct mb2_image){ .bytes = bytes, .size = size };
	status = mb2_header_find(bytes, size, &image->header);
	if (status != MB2_OK) return status;
	while (mb2_header_next(&image->header, &at, &tag)) {
		status = take_tag(image, &w, &tag);
		if (status == MB2_UNSUPPORTED) image->refused = tag.type;
		if (status != MB2_OK) return status;
	}
	if (!image->by_address) return place_elf(image, w.has_entry);
	return w.has_entry ? place_whole(image, w.address) : MB2_BAD_VALUE;
}

/* ---- loading ---- */

bool mb2_image_next(const struct mb2_image *image, uint32_t *at, struct mb2_segment *segment)
{
	if (image->by_address) {
		*segment = image->whole;
		return (*at)++ == 0;
	}
	while (*at < image->n) {
		struct program p;

		read_program(image, (*at)++, &p);
		/* Checked before; but other code may have written to the file since. */
		if (p.type != PT_LOAD || p.size == 0 || check_program(image, &p) != MB2_OK)
			continue;
		*segment =
			(struct mb2_segment){ p.stored ? (uint32_t)p.offset : 0, (uint32_t)p.stored,
					      (uint32_t)p.address, (uint32_t)p.size };
		return true;
	}
	return false;
}

void mb2_segment_copy(const struct mb2_image *image, const struct mb2_segment *segment, uint8_t *to)
{
	mb2_copy(to, image->bytes + segment->offset, segment->stored);
	mb2_clear(to + segment->stored, segment->size - segment->stored);
}
