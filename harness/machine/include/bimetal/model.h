/* SPDX-License-Identifier: MIT */
/* All that a device model outside of bimetal's own tree uses (docs/adding-a-device.md). A model
 * is a folder like ours: registers, behaviour, lints, and a value that describes it:
 *
 *	#include "bimetal/model.h"
 *
 *	struct latch {
 *		struct device dev;
 *		struct { uint64_t reg[1]; } s;
 *	};
 *	enum { LATCH_HELD = 0 };
 *	static const struct reg_field held[] = { { "HELD", 7, 0, REG_RW }, { 0 } };
 *	static const struct reg_desc registers[] = {
 *		[LATCH_HELD] = { .name = "HELD", .width = 8, .dir = REG_DIR_RW, .fields = held,
 *				 .spec = "Latch datasheet 3.1" },
 *	};
 *	static const struct device_about about = {
 *		.title = "An 8-bit latch", .table = { ABOUT_TABLE(registers, 1, NULL) },
 *	};
 *	static void reset(struct device *dev) { reg_table_reset(registers, 1, dev->reg); }
 *	static const struct device_ops ops = { .name = "latch", .about = &about, .regs = registers,
 *					       .n_regs = 1, .reset = reset };
 *	static const char *init(void *model, const struct model_wiring *w)
 *	{
 *		struct latch *l = model;
 *
 *		device_init(&l->dev, &ops, w->instance, w->hub, l->s.reg, &l->s, sizeof(l->s));
 *		return NULL;
 *	}
 *	static const struct model_part parts[] = { { .ops = &ops, .space = BUS_PORT, .size = 1 } };
 *	const struct model model_latch = {
 *		.name = "latch", .size = sizeof(struct latch),
 *		.part = parts, .n_parts = 1, .init = init,
 *	};
 *
 * bimetal_add_model(latch SOURCES latch.c) builds it twice: for native tests, and as a module that
 * the `bimetal` program loads. What this header and those that it includes declare is what a model
 * may use. A module carries BIMETAL_MODULE_ABI and the sizes of the structs that it shares with the
 * program; the program refuses one that was built for another bimetal, and says what differs.
 *
 * A description is checked before it is used. Lists that `{ 0 }` ends (fields that REG_FIELDS() did
 * not write, lints) must have that end, and an array as many elements as its number says. Where an
 * array ends is known from the symbols of the file. It is not found out if the file was stripped of
 * them, or built with AddressSanitizer, which puts room behind each array: then what follows is
 *read as if it belonged to the list, and may be told as some other fault, or as a crash of the
 *module. */
#ifndef BIMETAL_MODEL_H
#define BIMETAL_MODEL_H

/* In an installation, the functions have a prefix for the linker. */
#if defined(__has_include)
#if __has_include("bimetal/model_names.h")
#include "bimetal/model_names.h"
#endif
#endif

#include <stddef.h>
#include <stdint.h>

#include "devices/pci/function.h"
#include "devices/pci/host.h"
#include "devices/pci/msix.h"
#include "emu/about.h"
#include "emu/array.h"
#include "emu/bits.h"
#include "emu/clock.h"
#include "emu/dma.h"
#include "emu/irq.h"
#include "emu/model.h"
#include "emu/observe.h"
#include "emu/regs.h"
#include "emu/units.h"

/* Changes whenever a struct or function here changes its meaning but not its size. */
enum { BIMETAL_MODULE_ABI = 1 };
#define BIMETAL_MODULE_MAGIC "bimetal module\n"

struct machine_kind;

struct bimetal_module_size {
	const char *of; /* "struct device" */
	size_t bytes;
};

/* What a module exports, under the name bimetal_module. bimetal_add_model() and bimetal_add_board()
 * write it. */
struct bimetal_module {
	char magic[16]; /* BIMETAL_MODULE_MAGIC */
	uint32_t abi;
	uint32_t n_sizes;
	const struct bimetal_module_size *size_of;
	const struct model *model;        /* NULL: it has none */
	const struct machine_kind *board; /* NULL: likewise */
};

#define BIMETAL_SIZE_OF(type)       \
	{                           \
#type, sizeof(type) \
	}
#define BIMETAL_MODEL_SIZES                                                                   \
	BIMETAL_SIZE_OF(struct bimetal_module), BIMETAL_SIZE_OF(struct model),                \
		BIMETAL_SIZE_OF(struct model_part), BIMETAL_SIZE_OF(struct model_wiring),     \
		BIMETAL_SIZE_OF(struct model_input), BIMETAL_SIZE_OF(struct device),          \
		BIMETAL_SIZE_OF(struct device_ops), BIMETAL_SIZE_OF(struct device_about),     \
		BIMETAL_SIZE_OF(struct about_table), BIMETAL_SIZE_OF(struct reg_desc),        \
		BIMETAL_SIZE_OF(struct reg_field), BIMETAL_SIZE_OF(struct reg_write),         \
		BIMETAL_SIZE_OF(struct lint_desc), BIMETAL_SIZE_OF(struct hub),               \
		BIMETAL_SIZE_OF(struct clock), BIMETAL_SIZE_OF(struct irq),                   \
		BIMETAL_SIZE_OF(struct dma_port), BIMETAL_SIZE_OF(struct pci_model_function), \
		BIMETAL_SIZE_OF(struct pci_model_msix)

#define BIMETAL_MODULE(its_model, its_board, ...)                                                \
	static const struct bimetal_module_size bimetal_module_sizes[] = { __VA_ARGS__ };        \
	extern const struct bimetal_module bimetal_module;                                       \
	__attribute__((visibility("default")))                                                   \
	const struct bimetal_module bimetal_module = { .magic = BIMETAL_MODULE_MAGIC,            \
						       .abi = BIMETAL_MODULE_ABI,                \
						       .n_sizes =                                \
							       ARRAY_SIZE(bimetal_module_sizes), \
						       .size_of = bimetal_module_sizes,          \
						       .model = (its_model),                     \
						       .board = (its_board) }

#endif
