/* SPDX-License-Identifier: MIT */
/* `--device lpt,port=0x378,irq=7`. */
#include <stddef.h>

#include "devices/lpt/model.h"
#include "emu/array.h"
#include "emu/model.h"

enum { N_PORTS = 3 };

static const struct model_part parts[] = {
	{ .device = offsetof(struct lpt_model, dev),
	  .ops = &lpt_model_ops,
	  .space = BUS_PORT,
	  .size = N_PORTS },
};

static const char *init(void *model, const struct model_wiring *wiring)
{
	lpt_model_init(model, wiring->instance, wiring->hub, wiring->clock, wiring->irq,
		       wiring->output, wiring->output_ctx);
	return NULL;
}

/* What holds the printer. */
static const struct model_input inputs[] = {
	{ "off-line", "1: the printer is off-line", 1 },
	{ "paper-end", "1: it has no paper", 1 },
	{ "error", "1: it reports an error", 1 },
	{ "buffer-full", "1: its buffer is full", 1 },
};

static void set_input(void *model, unsigned n, uint64_t value)
{
	/* In the order of the inputs. */
	static void (*const set[])(struct lpt_model * l,
				   bool on) = { lpt_model_set_off_line, lpt_model_set_paper_end,
						lpt_model_set_error, lpt_model_set_buffer_full };

	set[n](model, value != 0);
}

const struct model model_lpt = {
	.name = "lpt",
	.size = sizeof(struct lpt_model),
	.part = parts,
	.n_parts = ARRAY_SIZE(parts),
	.line = true,
	.sends = true,
	.init = init,
	.input = inputs,
	.n_inputs = ARRAY_SIZE(inputs),
	.set_input = set_input,
};
