/* SPDX-License-Identifier: MIT */
/* Registers of the PC's 8259A pair, by port: Intel 231468, and the 82371AB (PIIX4) datasheet, which
 * repeats its command words. */
#ifndef DRIVERS_PIC_8259_PIC_REGISTERS_H
#define DRIVERS_PIC_8259_PIC_REGISTERS_H

#include "bimetal/pic_8259.h"

/* A0 = 0: writes are ICW1, OCW2 and OCW3; reads are IRR or ISR. A0 = 1: IMR, and ICW2 to ICW4. */
#define PIC_MASTER_COMMAND ((struct io_rw8){ 0x20 })
#define PIC_MASTER_MASK    ((struct io_rw8){ 0x21 })
#define PIC_SLAVE_COMMAND  ((struct io_rw8){ 0xa0 })
#define PIC_SLAVE_MASK     ((struct io_rw8){ 0xa1 })
/* Lines 0 to 7, and 8 to 15. */
#define PIC_ELCR1 ((struct io_rw8){ 0x4d0 })
#define PIC_ELCR2 ((struct io_rw8){ 0x4d1 })
/* The diagnostic port: a write takes about a microsecond and does nothing else. */
#define PIC_DELAY ((struct io_wo8){ 0x80 })

enum pic_icw1 { PIC_ICW1 = 0x10, PIC_ICW1_IC4 = 0x01 };
enum pic_icw3 { PIC_ICW3_MASTER = 1 << PIC_CASCADE, PIC_ICW3_SLAVE = PIC_CASCADE };
enum pic_icw4 { PIC_ICW4_8086 = 0x01 };
enum pic_ocw2 { PIC_OCW2_EOI = 0x20, PIC_OCW2_SPECIFIC = 0x40 };
enum pic_ocw3 { PIC_OCW3 = 0x08, PIC_OCW3_READ = 0x02, PIC_OCW3_ISR = 0x01 };

/* Lines that are always edge-triggered: timer, keyboard, cascade; clock, coprocessor. */
enum { PIC_EDGES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 8 | 1 << 13 };

#endif
