/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/register_map.h"

#include "harness/catalogue/register_text.h"

enum { LABEL_WIDTH = 13, LEGEND_WIDTH = 16, FIELD_INDENT = 12, NAME_WIDTH = 18 };

/* ---- the list of devices ---- */

static void print_place(FILE *out, const char *label, unsigned indent,
			const struct catalogue_model *m, const char *machine)
{
	char places[REGISTER_TEXT_SIZE], text[2 * REGISTER_TEXT_SIZE];

	register_places(m, machine, places);
	snprintf(text, sizeof(text), "%s%s%s", places, places[0] && m->reached ? ". " : "",
		 m->reached ? m->reached : "");
	print_wrapped(out, label, indent, text);
}

void register_map_list(FILE *out, const char *machine)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);
		if (!m->machines || (machine && !catalogue_model_in(m, machine))) continue;
		fprintf(out, "%-*s %s (%s)\n", NAME_WIDTH - 1, m->name, m->title, m->machines);
		print_place(out, "", NAME_WIDTH, m, machine);
		print_wrapped(out, "", NAME_WIDTH, m->document);
	}
}

/* ---- one device ---- */

static void print_fields(FILE *out, const struct reg_desc *r)
{
	char bits[REGISTER_TEXT_SIZE], line[REGISTER_TEXT_SIZE];
	uint64_t unnamed = register_unnamed(r);

	for (const struct reg_field *f = r->fields; f && f->name; f++) {
		if (f->msb == f->lsb)
			snprintf(bits, sizeof(bits), "%u", f->msb);
		else
			snprintf(bits, sizeof(bits), "%u:%u", f->msb, f->lsb);
		fprintf(out, "%*s%-7s %-28s %s%s\n", FIELD_INDENT + 2, "", bits, f->name,
			register_access(f->access), register_effect(r, f));
	}
	if (!unnamed) return;
	snprintf(line, sizeof(line), "reserved: %.160s", register_bits(unnamed, bits));
	print_wrapped(out, "", FIELD_INDENT + 2, line);
}

static void print_register(FILE *out, const struct about_table *t, const struct reg_desc *r)
{
	char offset[REGISTER_TEXT_SIZE], name[REGISTER_TEXT_SIZE], reset[REGISTER_TEXT_SIZE],
		widths[REGISTER_TEXT_SIZE];
	const char *window = register_window(t, r);

	fprintf(out, "%-*s%-26s%4u  %-4s%-20s%s\n", FIELD_INDENT, register_offset(r, offset),
		register_name(r, name), r->width, register_dir(r), register_reset(r, reset),
		register_widths(t, r, widths));
	if (window) fprintf(out, "%*sshows: %s\n", FIELD_INDENT, "", window);
	print_wrapped(out, "", FIELD_INDENT, r->spec);
	print_fields(out, r);
}

static void print_table(FILE *out, const struct about_table *t)
{
	fputc('\n', out);
	if (t->title) fprintf(out, "%s\n", t->title);
	fprintf(out, "%-*s%-26s%4s  %-4s%-20s%s\n", FIELD_INDENT, "offset", "register", "bits", "",
		"reset", "widths");
	for (unsigned i = 0; i < t->n; i++)
		if (t->regs[i].name) print_register(out, t, &t->regs[i]);
}

static void print_legend(FILE *out)
{
	fputc('\n', out);
	for (unsigned a = REG_RO; a <= REG_RSVDZ; a++)
		print_wrapped(out, register_access((enum reg_access)a), LEGEND_WIDTH,
			      register_access_meaning((enum reg_access)a));
	print_wrapped(out, "kept", LEGEND_WIDTH,
		      "stored and read back, or constant, without the effect of hardware");
	print_wrapped(out, "not modelled", LEGEND_WIDTH,
		      "it has no effect here; a lint tells where a guest relies on it");
	print_wrapped(out, "reserved", LEGEND_WIDTH, "to be written as 0");
	print_wrapped(out, "unread:", LEGEND_WIDTH,
		      "the clause was not compared with the document yet");
}

void register_map_print(FILE *out, const struct catalogue_model *m)
{
	char names[REGISTER_TEXT_SIZE];

	fprintf(out, "%s\n", m->name);
	print_wrapped(out, "is", LABEL_WIDTH, m->title);
	if (catalogue_device_names(m, names, sizeof(names)))
		print_wrapped(out, "aliases", LABEL_WIDTH, names);
	print_wrapped(out, "machines", LABEL_WIDTH, m->machines ? m->machines : "");
	print_place(out, "at", LABEL_WIDTH, m, NULL);
	print_wrapped(out, "document", LABEL_WIDTH, m->document ? m->document : "");
	for (const struct about_table *t = m->table; t->regs; t++) print_table(out, t);
	if (m->table[0].regs) print_legend(out);
}
