/* SPDX-License-Identifier: MIT */
#include "harness/support/piece_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

#include "emu/bytes.h"

/* The file: MAGIC, the length of the text (32 bits), the text, a frame of Zstandard. In it, for
 * each piece: the length of its name (8 bits; 0: the end), its size (64 bits), name, data. */
static const char magic[16] = "bimetal mark 1\n";

enum {
	TEXT_MAX = 64 << 10,
	BUFFER = 128 << 10,
	LEVEL = 1, /* of Zstandard: the fastest that is not negative */
	HEAD = 9
};
#define PIECE_MAX (UINT64_C(1) << 30)

struct piece_file {
	FILE *file;
	char *path, *partial; /* writing: the names at the end, and until then */
	char error[PIECE_FILE_ERROR_SIZE];
	bool failed, ended; /* ended: the file is whole; reading: the checksum was right */
	ZSTD_CStream *packer;
	ZSTD_DStream *unpacker;
	uint8_t *buffer; /* of packed bytes */
	ZSTD_inBuffer in;
	uint64_t offset; /* reading: in the file, of the buffer */
	char *text;
	uint8_t *data; /* of a piece */
	size_t room;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct piece_file *f, const char *format,
						       ...)
{
	va_list args;

	if (f->failed) return false;
	f->failed = true;
	va_start(args, format);
	vsnprintf(f->error, sizeof(f->error), format, args);
	va_end(args);
	return false;
}

const char *piece_file_error(const struct piece_file *f) { return f->error; }

static struct piece_file *new_file(void)
{
	struct piece_file *f = calloc(1, sizeof(*f));

	if (f) f->buffer = malloc(BUFFER);
	if (f && f->buffer) return f;
	piece_file_close(f);
	return NULL;
}

void piece_file_close(struct piece_file *f)
{
	if (!f) return;
	if (f->file) fclose(f->file);
	if (f->partial && !f->ended) remove(f->partial); /* it was not finished */
	ZSTD_freeCStream(f->packer);
	ZSTD_freeDStream(f->unpacker);
	free(f->path);
	free(f->partial);
	free(f->buffer);
	free(f->text);
	free(f->data);
	free(f);
}

/* ---- writing ---- */

static bool write_all(struct piece_file *f, const void *data, size_t size)
{
	if (fwrite(data, 1, size, f->file) == size) return true;
	return fail(f, "cannot be written: %s", strerror(errno));
}

static bool pack(struct piece_file *f, const void *data, size_t size, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = { .src = data, .size = size };
	size_t left;

	do {
		ZSTD_outBuffer out = { .dst = f->buffer, .size = BUFFER };
		left = ZSTD_compressStream2(f->packer, &out, &in, how);
		if (ZSTD_isError(left))
			return fail(f, "cannot be compressed: %s", ZSTD_getErrorName(left));
		if (!write_all(f, f->buffer, out.pos)) return false;
	} while (how == ZSTD_e_end ? left : in.pos < in.size);
	return true;
}

static bool begin(struct piece_file *f, const char *text)
{
	uint8_t length[sizeof(uint32_t)];
	size_t size = strlen(text);

	f->file = fopen(f->partial, "wbx");
	if (!f->file && errno == EEXIST) f->file = fopen(f->partial, "wb");
	if (!f->file) return fail(f, "cannot be made: %s", strerror(errno));
	f->packer = ZSTD_createCStream();
	if (!f->packer) return fail(f, "out of memory");
	ZSTD_CCtx_setParameter(f->packer, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(f->packer, ZSTD_c_checksumFlag, 1);
	put_le32(length, (uint32_t)size);
	return write_all(f, magic, sizeof(magic)) && write_all(f, length, sizeof(length)) &&
	       write_all(f, text, size);
}

struct piece_file *piece_file_create(const char *path, const char *text)
{
	static const char ending[] = ".partial";
	struct piece_file *f = new_file();

	if (!f) return NULL;
	f->path = strdup(path);
	f->partial = malloc(strlen(path) + sizeof(ending));
	if (!f->path || !f->partial) {
		free(f->partial);
		f->partial = NULL;
		piece_file_close(f);
		return NULL;
	}
	sprintf(f->partial, "%s%s", path, ending);
	begin(f, text);
	return f;
}

bool piece_file_put(struct piece_file *f, const char *name, const void *data, size_t size)
{
	uint8_t head[HEAD];
	size_t length = strlen(name);

	if (f->failed) return false;
	head[0] = (uint8_t)length;
	put_le64(head + 1, size);
	return pack(f, head, sizeof(head), ZSTD_e_continue) &&
	       pack(f, name, length, ZSTD_e_continue) && pack(f, data, size, ZSTD_e_continue);
}

bool piece_file_finish(struct piece_file *f)
{
	static const uint8_t end[HEAD];
	FILE *file = f->file;

	if (f->failed || !pack(f, end, sizeof(end), ZSTD_e_end)) return false;
	f->file = NULL;
	if (fclose(file) != 0) return fail(f, "cannot be written: %s", strerror(errno));
	if (rename(f->partial, f->path) != 0)
		return fail(f, "cannot be renamed to its name: %s", strerror(errno));
	f->ended = true;
	return true;
}

/* ---- reading ---- */

static bool damaged(struct piece_file *f, const char *why)
{
	return fail(f, "is damaged near byte %" PRIu64 ": %s", f->offset + f->in.pos, why);
}

static bool read_exactly(struct piece_file *f, void *to, size_t size)
{
	size_t n = fread(to, 1, size, f->file);

	f->offset += n;
	if (n == size) return true;
	if (ferror(f->file)) return fail(f, "cannot be read: %s", strerror(errno));
	return fail(f, "is damaged: it ends at byte %" PRIu64, f->offset);
}

static bool read_head(struct piece_file *f)
{
	char start[sizeof(magic)];
	uint8_t length[sizeof(uint32_t)];
	uint32_t size;

	if (!read_exactly(f, start, sizeof(start))) return false;
	if (memcmp(start, magic, sizeof(magic) - 3) != 0)
		return fail(f, "is not a mark: it does not begin with \"bimetal mark\"");
	if (memcmp(start, magic, sizeof(magic)) != 0)
		return fail(
			f, "has another version of the format: \"%.14s\", this build has \"%.14s\"",
			start, magic);
	if (!read_exactly(f, length, sizeof(length))) return false;
	size = get_le32(length);
	if (size > TEXT_MAX)
		return fail(f, "is damaged at byte %zu: a text of %" PRIu32 " bytes", sizeof(magic),
			    size);
	f->text = malloc(size + 1);
	if (!f->text) return fail(f, "out of memory");
	f->text[size] = '\0';
	return read_exactly(f, f->text, size);
}

static bool is_file(struct piece_file *f, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0) return fail(f, "cannot be opened: %s", strerror(errno));
	return S_ISREG(st.st_mode) || fail(f, "is not a regular file");
}

struct piece_file *piece_file_open(const char *path, const char **text)
{
	struct piece_file *f = new_file();

	*text = NULL;
	if (!f) return NULL;
	if (!is_file(f, path)) return f;
	f->file = fopen(path, "rb");
	if (!f->file)
		fail(f, "cannot be opened: %s", strerror(errno));
	else if (!(f->unpacker = ZSTD_createDStream()))
		fail(f, "out of memory");
	else if (read_head(f))
		*text = f->text;
	return f;
}

/* More packed bytes. False: the file ends. */
static bool refill(struct piece_file *f)
{
	f->offset += f->in.size;
	f->in = (ZSTD_inBuffer){ .src = f->buffer, .size = fread(f->buffer, 1, BUFFER, f->file) };
	return f->in.size > 0;
}

/* Unpack `size` bytes. At the end of the frame the checksum is compared. */
static bool unpack(struct piece_file *f, void *to, size_t size)
{
	ZSTD_outBuffer out = { .dst = to, .size = size };

	while (out.pos < size) {
		size_t left;
		if (f->in.pos == f->in.size && !refill(f)) return damaged(f, "it ends there");
		left = ZSTD_decompressStream(f->unpacker, &out, &f->in);
		if (ZSTD_isError(left)) return damaged(f, ZSTD_getErrorName(left));
		f->ended = left == 0;
		if (f->ended && out.pos < size) return damaged(f, "the compressed data ends there");
	}
	return true;
}

/* The checksum may not be read yet. Nothing may follow it. */
static enum piece_result end(struct piece_file *f)
{
	uint8_t more;
	ZSTD_outBuffer out = { .dst = &more, .size = 1 };

	while (!f->ended) {
		size_t left;
		if (f->in.pos == f->in.size && !refill(f)) {
			damaged(f, "it ends there");
			return PIECE_DAMAGED;
		}
		left = ZSTD_decompressStream(f->unpacker, &out, &f->in);
		if (ZSTD_isError(left) || out.pos) {
			damaged(f, out.pos ? "more follows its end" : ZSTD_getErrorName(left));
			return PIECE_DAMAGED;
		}
		f->ended = left == 0;
	}
	if (f->in.pos == f->in.size && !refill(f)) return PIECE_END;
	damaged(f, "more follows its end");
	return PIECE_DAMAGED;
}

/* Grown as the data comes, so that a size that is not true takes no memory. */
static bool read_data(struct piece_file *f, uint64_t size)
{
	enum { STEP = 16 << 20 };

	for (uint64_t done = 0; done < size;) {
		size_t step = size - done < STEP ? (size_t)(size - done) : STEP;
		if (done + step > f->room) {
			uint8_t *larger = realloc(f->data, done + step);
			if (!larger) return fail(f, "out of memory");
			f->data = larger;
			f->room = done + step;
		}
		if (!unpack(f, f->data + done, step)) return false;
		done += step;
	}
	return true;
}

enum piece_result piece_file_next(struct piece_file *f, struct piece *piece)
{
	uint8_t head[HEAD];
	uint64_t size;

	if (f->failed || !unpack(f, head, sizeof(head))) return PIECE_DAMAGED;
	if (!head[0]) return end(f);
	size = get_le64(head + 1);
	if (head[0] >= PIECE_NAME_SIZE || size > PIECE_MAX) {
		damaged(f, "a piece of no possible size");
		return PIECE_DAMAGED;
	}
	memset(piece->name, 0, sizeof(piece->name));
	if (!unpack(f, piece->name, head[0]) || !read_data(f, size)) return PIECE_DAMAGED;
	piece->data = f->data;
	piece->size = (size_t)size;
	return PIECE_READ;
}
