/* SPDX-License-Identifier: MIT */
/* The header in a kernel image that says what the kernel needs from its loader (Multiboot2
 * Specification 2.0, 3.1): finding, reading and building it. */
#ifndef BIMETAL_MULTIBOOT2_HEADER_H
#define BIMETAL_MULTIBOOT2_HEADER_H

/* For example:
 *
 *	static bool is_relocatable(const uint8_t *image, size_t size)
 *	{
 *		struct mb2_header header;
 *		struct mb2_header_tag tag;
 *		uint32_t at = 0;
 *
 *		if (mb2_header_find(image, size, &header) != MB2_OK) return false;
 *		while (mb2_header_next(&header, &at, &tag))
 *			if (tag.type == MB2_HEADER_RELOCATABLE) return true;
 *		return false;
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/multiboot2.h"

enum {
	MB2_HEADER_SEARCH = 32768
}; /* the whole header is within this many bytes of the file's start */

enum mb2_architecture { MB2_ARCH_I386 = 0, MB2_ARCH_MIPS32 = 4 };

enum mb2_header_tag_type {
	MB2_HEADER_END = 0,
	MB2_HEADER_REQUEST = 1,
	MB2_HEADER_ADDRESS = 2,
	MB2_HEADER_ENTRY = 3,
	MB2_HEADER_CONSOLE = 4,
	MB2_HEADER_FRAMEBUFFER = 5,
	MB2_HEADER_MODULE_ALIGN = 6,
	MB2_HEADER_EFI_BOOT_SERVICES = 7,
	MB2_HEADER_EFI32_ENTRY = 8,
	MB2_HEADER_EFI64_ENTRY = 9,
	MB2_HEADER_RELOCATABLE = 10,
	MB2_HEADER_KNOWN = 11
};

/* The name of a type: "relocatable", ...; "unknown" from MB2_HEADER_KNOWN on. */
const char *mb2_header_tag_name(uint32_t type);

struct mb2_header {
	const uint8_t *bytes;
	size_t offset;                 /* in the image */
	uint32_t architecture, length; /* length: rounded up to a multiple of 8 */
	/* The stored length is not a multiple of 8, which padded tags would make it (3.1.3). Such a
	 * header is accepted, as GRUB does, and ends at its end tag. */
	bool odd_length;
	uint32_t checksum, expected; /* the stored value, and the correct one */
};

/* Find the first header with a correct checksum, and check that its tags are well-formed.
 * MB2_NOT_FOUND: there is none. After MB2_BAD_CHECKSUM, MB2_TOO_SHORT or an error in a tag, *h
 * describes the faulty header. The magic number is ignored at offsets that are not a multiple of 8.
 */
MB2_MUST_USE enum mb2_status mb2_header_find(const uint8_t *image, size_t size,
					     struct mb2_header *h);
/* The same for a header that begins at `bytes`. */
MB2_MUST_USE enum mb2_status mb2_header_load(const uint8_t *bytes, size_t available,
					     struct mb2_header *h);

struct mb2_header_tag {
	const uint8_t *bytes;
	uint16_t type, flags;
	uint32_t size;
	bool optional; /* a loader may ignore it */
};

/* Read the next tag. Set *at to 0 before the first call. False: end tag reached. */
bool mb2_header_next(const struct mb2_header *h, uint32_t *at, struct mb2_header_tag *tag);

struct mb2_header_request {
	const uint8_t *types;
	uint32_t n;
};

#define MB2_LOAD_FROM_START 0xffffffffu /* load_addr: load from the start of the file */
struct mb2_header_address {
	uint32_t header, load, load_end,
		bss_end; /* physical addresses; load_end 0: the whole file; bss_end 0: no bss */
};

enum { MB2_CONSOLE_REQUIRED = 1 << 0, MB2_CONSOLE_EGA_TEXT = 1 << 1 };

struct mb2_header_framebuffer {
	uint32_t width, height, depth; /* 0: no preference; depth 0: text */
};

enum mb2_preference { MB2_PREFER_NONE = 0, MB2_PREFER_LOWEST = 1, MB2_PREFER_HIGHEST = 2 };
struct mb2_header_relocatable {
	uint32_t min, max, align, preference;
};

/* Decode a tag. MB2_BAD_VALUE: the tag has another type, or a forbidden value. MB2_BAD_SIZE: its
 * size does not fit its type. On an error *out is unchanged. */
MB2_MUST_USE enum mb2_status mb2_header_read_request(const struct mb2_header_tag *tag,
						     struct mb2_header_request *out);
MB2_MUST_USE enum mb2_status mb2_header_read_address(const struct mb2_header_tag *tag,
						     struct mb2_header_address *out);
MB2_MUST_USE enum mb2_status mb2_header_read_entry(const struct mb2_header_tag *tag,
						   uint32_t *out); /* any of the three entry tags */
MB2_MUST_USE enum mb2_status mb2_header_read_console(const struct mb2_header_tag *tag,
						     uint32_t *out);
MB2_MUST_USE enum mb2_status mb2_header_read_framebuffer(const struct mb2_header_tag *tag,
							 struct mb2_header_framebuffer *out);
MB2_MUST_USE enum mb2_status mb2_header_read_relocatable(const struct mb2_header_tag *tag,
							 struct mb2_header_relocatable *out);
/* Check that a tag without payload has none. */
MB2_MUST_USE enum mb2_status mb2_header_check_bare(const struct mb2_header_tag *tag);
/* The i-th requested type. False: there is no such index. */
bool mb2_header_requested(const struct mb2_header_request *request, uint32_t i, uint32_t *type);

/* ---- building: tags stay in the order in which they are added ----
 *
 * MB2_NO_ROOM: the buffer, or the 32 KiB in which a loader looks, has no room for the tag and an
 * end tag. MB2_BAD_VALUE: not a type for this function. With an error nothing is added. */

struct mb2_header_builder {
	uint8_t *bytes;
	uint32_t capacity, size;
};

/* Begin a header in a buffer of `capacity` bytes, aligned to 8 bytes (else MB2_MISALIGNED). The
 * buffer stays the caller's. */
MB2_MUST_USE enum mb2_status mb2_header_begin(struct mb2_header_builder *b, uint8_t *bytes,
					      size_t capacity, uint32_t architecture);
/* Append the end tag; set length and checksum. *length: the header's bytes. Nothing can be added
 * afterwards. */
MB2_MUST_USE enum mb2_status mb2_header_finish(struct mb2_header_builder *b, uint32_t *length);

MB2_MUST_USE enum mb2_status mb2_header_add_tag(struct mb2_header_builder *b, bool optional,
						uint16_t type, const uint8_t *payload,
						uint32_t size);
MB2_MUST_USE enum mb2_status mb2_header_add_request(struct mb2_header_builder *b, bool optional,
						    const uint32_t *types, uint32_t n);
MB2_MUST_USE enum mb2_status mb2_header_add_address(struct mb2_header_builder *b, bool optional,
						    const struct mb2_header_address *address);
/* type: MB2_HEADER_ENTRY, MB2_HEADER_EFI32_ENTRY or MB2_HEADER_EFI64_ENTRY */
MB2_MUST_USE enum mb2_status mb2_header_add_entry(struct mb2_header_builder *b, bool optional,
						  uint16_t type, uint32_t address);
MB2_MUST_USE enum mb2_status mb2_header_add_console(struct mb2_header_builder *b, bool optional,
						    uint32_t flags);
MB2_MUST_USE enum mb2_status
mb2_header_add_framebuffer(struct mb2_header_builder *b, bool optional,
			   const struct mb2_header_framebuffer *framebuffer);
/* type: MB2_HEADER_MODULE_ALIGN or MB2_HEADER_EFI_BOOT_SERVICES */
MB2_MUST_USE enum mb2_status mb2_header_add_bare(struct mb2_header_builder *b, bool optional,
						 uint16_t type);
MB2_MUST_USE enum mb2_status
mb2_header_add_relocatable(struct mb2_header_builder *b, bool optional,
			   const struct mb2_header_relocatable *relocatable);

#endif
