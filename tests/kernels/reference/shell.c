/* SPDX-License-Identifier: MIT */
#include "shell.h"

#include "console.h"
#include "input.h"
#include "irq.h"
#include "machine.h"
#include "screen.h"
#include "text.h"

enum { LINE = 72, HISTORY = 8 };

static struct line_edit line;
static char text[LINE], history[HISTORY * LINE];

static void prompt(void)
{
	console_colour(VGA_LIGHT_GREEN, VGA_BLACK);
	print("bimetal> ");
	console_colour(VGA_WHITE, VGA_BLACK);
}

static void echo(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	console_write(bytes, n);
}

void shell_obey(const char *words)
{
	char name[LINE];
	size_t n = 0;

	while (*words == ' ') words++;
	while (words[n] && words[n] != ' ') n++;
	text_copy(name, sizeof name, words, n);
	for (words += n; *words == ' '; words++) continue;
	if (n == 0) return;
	console_colour(VGA_LIGHT_GREY, VGA_BLACK);
	for (const struct command *command = commands; command->name; command++)
		if (text_equal(name, command->name)) {
			command->run(words);
			return;
		}
	console_colour(VGA_LIGHT_RED, VGA_BLACK);
	print("There is no command '%s'. Type 'help'.\n", name);
}

static enum task_poll run_shell(struct task *task)
{
	enum line_status status;

	if (task->polls == 1) prompt();
	while ((status = input_feed(&line, task)) != LINE_MORE) {
		if (status == LINE_ENTERED) shell_obey(line.text);
		(void)!line_edit_begin(&line);
		prompt();
	}
	return TASK_PENDING;
}

static enum task_poll run_status(struct task *task)
{
	screen_status();
	(void)!task_alarm(task, (irq.ticks / TICKS_PER_SECOND + 1) * TICKS_PER_SECOND);
	return TASK_PENDING;
}

bool shell_start(void)
{
	static struct task shell = { .poll = run_shell, .name = "shell" };
	static struct task status = { .poll = run_status, .name = "status" };
	const struct line_memory room = {
		.text = text, .size = LINE, .history = history, .lines = HISTORY
	};

	return line_edit_init(&line, &room, echo, NULL) == LINE_MORE &&
	       executor_spawn(&kernel.executor, &status) == TASK_OK &&
	       executor_spawn(&kernel.executor, &shell) == TASK_OK;
}
