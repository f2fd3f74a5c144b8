/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0, 3.1. */
#include "bimetal/multiboot2_header.h"

#include "bytes.h"

enum {
	HEADER_MAGIC = 0,
	HEADER_ARCHITECTURE = 4,
	HEADER_LENGTH = 8,
	HEADER_CHECKSUM = 12,
	HEADER_TAGS = 16,

	HEADER_TAG_TYPE = 0,
	HEADER_TAG_FLAGS = 2,
	HEADER_TAG_SIZE = 4,

	REQUEST_SIZE = 4,
	ADDRESS_SIZE = 24,
	WORD_SIZE = 12, /* entry, console */
	FRAMEBUFFER_SIZE = 20,
	RELOCATABLE_SIZE = 24,

	FLAG_OPTIONAL = 1
};

const char *mb2_header_tag_name(uint32_t type)
{
	static const char *const name[MB2_HEADER_KNOWN] = {
		[MB2_HEADER_END] = "end",
		[MB2_HEADER_REQUEST] = "information request",
		[MB2_HEADER_ADDRESS] = "address",
		[MB2_HEADER_ENTRY] = "entry address",
		[MB2_HEADER_CONSOLE] = "console flags",
		[MB2_HEADER_FRAMEBUFFER] = "framebuffer",
		[MB2_HEADER_MODULE_ALIGN] = "module alignment",
		[MB2_HEADER_EFI_BOOT_SERVICES] = "EFI boot services",
		[MB2_HEADER_EFI32_ENTRY] = "EFI i386 entry address",
		[MB2_HEADER_EFI64_ENTRY] = "EFI amd64 entry address",
		[MB2_HEADER_RELOCATABLE] = "relocatable",
	};

	return type < MB2_HEADER_KNOWN ? name[type] : "unknown";
}

/* ---- finding ---- */

/* The end tag must end the header. `loose`: it may be anywhere in it. */
static enum mb2_status check_chain(const uint8_t *bytes, uint32_t length, bool loose)
{
	uint32_t at = HEADER_TAGS;

	while (at < length && length - at >= MB2_TAG_HEAD) {
		uint32_t type = mb2_le16(bytes + at + HEADER_TAG_TYPE);
		uint32_t size = mb2_le32(bytes + at + HEADER_TAG_SIZE);

		if (size < MB2_TAG_HEAD || size > length - at) return MB2_BAD_TAG_SIZE;
		if (type == MB2_HEADER_END)
			return size == MB2_TAG_HEAD && (loose || length - at == MB2_TAG_HEAD)
				       ? MB2_OK
				       : MB2_NO_END_TAG;
		at += mb2_padded(size);
	}
	return MB2_NO_END_TAG;
}

/* Read the header at `bytes`. Its magic number is right, and its first HEADER_TAGS bytes can be
 * read. */
static enum mb2_status read_header(const uint8_t *bytes, size_t available, struct mb2_header *h)
{
	h->bytes = bytes;
	h->architecture = mb2_le32(bytes + HEADER_ARCHITECTURE);
	h->length = mb2_le32(bytes + HEADER_LENGTH);
	h->checksum = mb2_le32(bytes + HEADER_CHECKSUM);
	h->expected = 0u - MB2_HEADER_MAGIC - h->architecture - h->length;
	if (h->checksum != h->expected) return MB2_BAD_CHECKSUM;
	if (h->length < HEADER_TAGS) return MB2_BAD_TOTAL;
	if (h->length > available) return MB2_TOO_SHORT;
	h->odd_length = h->length % MB2_ALIGN;
	if (!h->odd_length) return check_chain(bytes, h->length, false);
	h->length += MB2_ALIGN - h->length % MB2_ALIGN;
	if (h->length > available) return MB2_TOO_SHORT;
	return check_chain(bytes, h->length, true);
}

enum mb2_status mb2_header_load(const uint8_t *bytes, size_t available, struct mb2_header *h)
{
	if (!bytes || !h) return MB2_NULL;
	*h = (struct mb2_header){ .bytes = bytes };
	if (available < HEADER_TAGS) return MB2_TOO_SHORT;
	if (mb2_le32(bytes + HEADER_MAGIC) != MB2_HEADER_MAGIC) return MB2_NOT_FOUND;
	return read_header(bytes, available, h);
}

enum mb2_status mb2_header_find(const uint8_t *image, size_t size, struct mb2_header *h)
{
	size_t end = size < MB2_HEADER_SEARCH ? size : MB2_HEADER_SEARCH;
	bool nearly = false;

	if (!image || !h) return MB2_NULL;
	*h = (struct mb2_header){ .bytes = NULL };
	for (size_t at = 0; at < end && end - at >= HEADER_TAGS; at += MB2_ALIGN) {
		struct mb2_header found = { .offset = at };
		enum mb2_status status;

		if (mb2_le32(image + at + HEADER_MAGIC) != MB2_HEADER_MAGIC) continue;
		status = read_header(image + at, end - at, &found);
		if (status != MB2_BAD_CHECKSUM || !nearly) *h = found;
		if (status != MB2_BAD_CHECKSUM) return status;
		nearly = true;
	}
	return nearly ? MB2_BAD_CHECKSUM : MB2_NOT_FOUND;
}

bool mb2_header_next(const struct mb2_header *h, uint32_t *at, struct mb2_header_tag *tag)
{
	const uint8_t *p;
	uint32_t type, size;

	if (*at == 0) *at = HEADER_TAGS;
	if (*at >= h->length || h->length - *at < MB2_TAG_HEAD) return false;
	p = h->bytes + *at;
	type = mb2_le16(p + HEADER_TAG_TYPE);
	size = mb2_le32(p + HEADER_TAG_SIZE);
	if (type == MB2_HEADER_END || size < MB2_TAG_HEAD || size > h->length - *at) return false;
	*at += mb2_padded(size);
	tag->bytes = p;
	tag->type = (uint16_t)type;
	tag->flags = mb2_le16(p + HEADER_TAG_FLAGS);
	tag->size = size;
	tag->optional = tag->flags & FLAG_OPTIONAL;
	return true;
}

/* ---- reading tags ---- */

static enum mb2_status expect(const struct mb2_header_tag *tag, uint32_t type, uint32_t size)
{
	if (tag->type != type) return MB2_BAD_VALUE;
	return tag->size == size ? MB2_OK : MB2_BAD_SIZE;
}

enum mb2_status mb2_header_read_request(const struct mb2_header_tag *tag,
					struct mb2_header_request *out)
{
	uint32_t left = tag->size - MB2_TAG_HEAD;

	if (tag->type != MB2_HEADER_REQUEST) return MB2_BAD_VALUE;
	if (left % REQUEST_SIZE) return MB2_BAD_SIZE;
	out->types = tag->bytes + MB2_TAG_HEAD;
	out->n = left / REQUEST_SIZE;
	return MB2_OK;
}

bool mb2_header_requested(const struct mb2_header_request *request, uint32_t i, uint32_t *type)
{
	if (i >= request->n) return false;
	*type = mb2_le32(request->types + (size_t)i * REQUEST_SIZE);
	return true;
}

enum mb2_status mb2_header_read_address(const struct mb2_header_tag *tag,
					struct mb2_header_address *out)
{
	enum mb2_status status = expect(tag, MB2_HEADER_ADDRESS, ADDRESS_SIZE);

	if (status != MB2_OK) return status;
	*out = (struct mb2_header_address){ .header = mb2_le32(tag->bytes + 8),
					    .load = mb2_le32(tag->bytes + 12),
					    .load_end = mb2_le32(tag->bytes + 16),
					    .bss_end = mb2_le32(tag->bytes + 20) };
	return MB2_OK;
}

static bool is_entry(uint32_t type)
{
	return type == MB2_HEADER_ENTRY || type == MB2_HEADER_EFI32_ENTRY ||
	       type == MB2_HEADER_EFI64_ENTRY;
}

enum mb2_status mb2_header_read_entry(const struct mb2_header_tag *tag, uint32_t *out)
{
	if (!is_entry(tag->type)) return MB2_BAD_VALUE;
	if (tag->size != WORD_SIZE) return MB2_BAD_SIZE;
	*out = mb2_le32(tag->bytes + MB2_TAG_HEAD);
	return MB2_OK;
}

enum mb2_status mb2_header_read_console(const struct mb2_header_tag *tag, uint32_t *out)
{
	enum mb2_status status = expect(tag, MB2_HEADER_CONSOLE, WORD_SIZE);

	if (status == MB2_OK) *out = mb2_le32(tag->bytes + MB2_TAG_HEAD);
	return status;
}

enum mb2_status mb2_header_read_framebuffer(const struct mb2_header_tag *tag,
					    struct mb2_header_framebuffer *out)
{
	enum mb2_status status = expect(tag, MB2_HEADER_FRAMEBUFFER, FRAMEBUFFER_SIZE);

	if (status != MB2_OK) return status;
	*out = (struct mb2_header_framebuffer){ .width = mb2_le32(tag->bytes + 8),
						.height = mb2_le32(tag->bytes + 12),
						.depth = mb2_le32(tag->bytes + 16) };
	return MB2_OK;
}

enum mb2_status mb2_header_read_relocatable(const struct mb2_header_tag *tag,
					    struct mb2_header_relocatable *out)
{
	struct mb2_header_relocatable r;
	enum mb2_status status = expect(tag, MB2_HEADER_RELOCATABLE, RELOCATABLE_SIZE);

	if (status != MB2_OK) return status;
	r = (struct mb2_header_relocatable){ .min = mb2_le32(tag->bytes + 8),
					     .max = mb2_le32(tag->bytes + 12),
					     .align = mb2_le32(tag->bytes + 16),
					     .preference = mb2_le32(tag->bytes + 20) };
	if (r.preference > MB2_PREFER_HIGHEST || (r.align & (r.align - 1)) || r.min > r.max)
		return MB2_BAD_VALUE;
	*out = r;
	return MB2_OK;
}

enum mb2_status mb2_header_check_bare(const struct mb2_header_tag *tag)
{
	if (tag->type != MB2_HEADER_MODULE_ALIGN && tag->type != MB2_HEADER_EFI_BOOT_SERVICES)
		return MB2_BAD_VALUE;
	return tag->size == MB2_TAG_HEAD ? MB2_OK : MB2_BAD_SIZE;
}

/* ---- building ---- */

enum mb2_status mb2_header_begin(struct mb2_header_builder *b, uint8_t *bytes, size_t capacity,
				 uint32_t architecture)
{
	if (!b || !bytes) return MB2_NULL;
	if (!mb2_aligned(bytes)) return MB2_MISALIGNED;
	if (capacity < HEADER_TAGS + MB2_TAG_HEAD) return MB2_NO_ROOM;
	b->bytes = bytes;
	b->capacity = capacity < MB2_HEADER_SEARCH ? (uint32_t)capacity : MB2_HEADER_SEARCH;
	b->size = HEADER_TAGS;
	mb2_put32(bytes + HEADER_MAGIC, MB2_HEADER_MAGIC);
	mb2_put32(bytes + HEADER_ARCHITECTURE, architecture);
	return MB2_OK;
}

static void put_head(uint8_t *p, uint16_t type, bool optional, uint32_t size)
{
	mb2_put16(p + HEADER_TAG_TYPE, type);
	mb2_put16(p + HEADER_TAG_FLAGS, optional ? FLAG_OPTIONAL : 0);
	mb2_put32(p + HEADER_TAG_SIZE, size);
}

enum mb2_status mb2_header_finish(struct mb2_header_builder *b, uint32_t *length)
{
	uint32_t architecture = mb2_le32(b->bytes + HEADER_ARCHITECTURE);

	if (b->capacity - b->size < MB2_TAG_HEAD) return MB2_NO_ROOM;
	put_head(b->bytes + b->size, MB2_HEADER_END, false, MB2_TAG_HEAD);
	*length = b->size + MB2_TAG_HEAD;
	mb2_put32(b->bytes + HEADER_LENGTH, *length);
	mb2_put32(b->bytes + HEADER_CHECKSUM, 0u - MB2_HEADER_MAGIC - architecture - *length);
	b->capacity = b->size; /* nothing can be added any more */
	return MB2_OK;
}

/* Make room for a tag with `payload` bytes after its head, all zero. NULL: it does not fit. */
static uint8_t *take(struct mb2_header_builder *b, uint16_t type, bool optional, uint32_t payload)
{
	uint8_t *p = b->bytes + b->size;
	uint32_t left = b->capacity - b->size;
	uint32_t space;

	if (left < 2 * MB2_TAG_HEAD || payload > left - 2 * MB2_TAG_HEAD) return NULL;
	space = MB2_TAG_HEAD + mb2_padded(payload);
	if (space > left - MB2_TAG_HEAD) return NULL;
	mb2_clear(p, space);
	put_head(p, type, optional, MB2_TAG_HEAD + payload);
	b->size += space;
	return p + MB2_TAG_HEAD;
}

enum mb2_status mb2_header_add_tag(struct mb2_header_builder *b, bool optional, uint16_t type,
				   const uint8_t *payload, uint32_t size)
{
	uint8_t *p;

	if (type == MB2_HEADER_END) return MB2_BAD_VALUE;
	if (!payload && size) return MB2_NULL;
	p = take(b, type, optional, size);
	if (!p) return MB2_NO_ROOM;
	mb2_copy(p, payload, size);
	return MB2_OK;
}

static enum mb2_status add_words(struct mb2_header_builder *b, bool optional, uint16_t type,
				 const uint32_t *words, uint32_t n)
{
	uint8_t *p = n < MB2_HEADER_SEARCH ? take(b, type, optional, n * 4) : NULL;

	if (!p) return MB2_NO_ROOM;
	for (uint32_t i = 0; i < n; i++) mb2_put32(p + (size_t)i * 4, words[i]);
	return MB2_OK;
}

enum mb2_status mb2_header_add_request(struct mb2_header_builder *b, bool optional,
				       const uint32_t *types, uint32_t n)
{
	if (!types && n) return MB2_NULL;
	return add_words(b, optional, MB2_HEADER_REQUEST, types, n);
}

enum mb2_status mb2_header_add_address(struct mb2_header_builder *b, bool optional,
				       const struct mb2_header_address *a)
{
	const uint32_t words[] = { a->header, a->load, a->load_end, a->bss_end };

	return add_words(b, optional, MB2_HEADER_ADDRESS, words, 4);
}

enum mb2_status mb2_header_add_entry(struct mb2_header_builder *b, bool optional, uint16_t type,
				     uint32_t address)
{
	if (!is_entry(type)) return MB2_BAD_VALUE;
	return add_words(b, optional, type, &address, 1);
}

enum mb2_status mb2_header_add_console(struct mb2_header_builder *b, bool optional, uint32_t flags)
{
	return add_words(b, optional, MB2_HEADER_CONSOLE, &flags, 1);
}

enum mb2_status mb2_header_add_framebuffer(struct mb2_header_builder *b, bool optional,
					   const struct mb2_header_framebuffer *f)
{
	const uint32_t words[] = { f->width, f->height, f->depth };

	return add_words(b, optional, MB2_HEADER_FRAMEBUFFER, words, 3);
}

enum mb2_status mb2_header_add_bare(struct mb2_header_builder *b, bool optional, uint16_t type)
{
	if (type != MB2_HEADER_MODULE_ALIGN && type != MB2_HEADER_EFI_BOOT_SERVICES)
		return MB2_BAD_VALUE;
	return add_words(b, optional, type, NULL, 0);
}

enum mb2_status mb2_header_add_relocatable(struct mb2_header_builder *b, bool optional,
					   const struct mb2_header_relocatable *r)
{
	const uint32_t words[] = { r->min, r->max, r->align, r->preference };

	return add_words(b, optional, MB2_HEADER_RELOCATABLE, words, 4);
}
