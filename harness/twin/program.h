/* SPDX-License-Identifier: MIT */
/* Places in a program on disk: the source line of an address, for messages. */
#ifndef HARNESS_TWIN_PROGRAM_H
#define HARNESS_TWIN_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { PROGRAM_PLACE = 512 };

struct program;

/* Open the ELF file; NULL if it cannot be read, which the others take for a program without names.
 */
struct program *program_open(const char *path);
void program_close(struct program *program);
/* "uart.c:12, inlined at main.c:5", "uart_init+0x10", or "" where nothing is known. The
 * code of the accessors (io.h) is passed over for who uses them. */
void program_place(struct program *program, uint64_t address, char *to, size_t size);

#endif
