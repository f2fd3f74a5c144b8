/* SPDX-License-Identifier: MIT */
/* The driver's constants, compared with the model's table: two transcriptions of one datasheet. */
#include <string.h>

#include "devices/uart_16550/registers.h"
#include "drivers/uart_16550/uart_registers.h"
#include "tests/check.h"

static const struct reg_desc *row(const char *name)
{
	for (unsigned i = 0; i < UART_16550_MODEL_N_REGS; i++)
		if (strcmp(uart_16550_regs[i].name, name) == 0) return &uart_16550_regs[i];
	require(false, "no register %s", name);
	return NULL;
}

static uint64_t field(const char *reg, const char *name)
{
	for (const struct reg_field *f = row(reg)->fields; f->name; f++)
		if (strcmp(f->name, name) == 0) return IO_FIELD(f->msb, f->lsb);
	require(false, "no field %s.%s", reg, name);
	return 0;
}

Test(uart_registers, have_the_offsets_of_the_model)
{
	check_eq(u32, UART_RBR.at, row("RBR")->offset);
	check_eq(u32, UART_THR.at, row("THR")->offset);
	check_eq(u32, UART_DLL.at, row("DLL")->offset);
	check_eq(u32, UART_IER.at, row("IER")->offset);
	check_eq(u32, UART_DLM.at, row("DLM")->offset);
	check_eq(u32, UART_IIR.at, row("IIR")->offset);
	check_eq(u32, UART_FCR.at, row("FCR")->offset);
	check_eq(u32, UART_LCR.at, row("LCR")->offset);
	check_eq(u32, UART_MCR.at, row("MCR")->offset);
	check_eq(u32, UART_LSR.at, row("LSR")->offset);
	check_eq(u32, UART_MSR.at, row("MSR")->offset);
	check_eq(u32, UART_SCR.at, row("SCR")->offset);
}

Test(uart_registers, have_the_bits_of_the_model)
{
	static const struct {
		const char *reg, *field;
		unsigned bits;
	} rows[] = {
		{ "IER", "ERBFI", UART_IER_RX },
		{ "IER", "ETBEI", UART_IER_THRE },
		{ "IER", "ELSI", UART_IER_LINE },
		{ "IER", "EDSSI", UART_IER_MODEM },
		{ "IIR", "NOT_PENDING", UART_IIR_NONE },
		{ "IIR", "FIFOS_ENABLED", UART_IIR_FIFOS },
		{ "IIR", "ID", UART_IIR_CAUSE & ~UART_IIR_NONE },
		{ "FCR", "FIFO_ENABLE", UART_FCR_ENABLE },
		{ "FCR", "RCVR_RESET", UART_FCR_CLEAR_RX },
		{ "FCR", "XMIT_RESET", UART_FCR_CLEAR_TX },
		{ "FCR", "RCVR_TRIGGER", 3u << UART_FCR_TRIGGER_SHIFT },
		{ "LCR", "WLS", UART_LCR_WORD },
		{ "LCR", "STB", UART_LCR_STOP },
		{ "LCR", "PEN", UART_LCR_PARITY },
		{ "LCR", "EPS", UART_LCR_EVEN },
		{ "LCR", "STICK_PARITY", UART_LCR_STICK },
		{ "LCR", "DLAB", UART_LCR_DLAB },
		{ "MCR", "DTR", UART_MCR_DTR },
		{ "MCR", "RTS", UART_MCR_RTS },
		{ "MCR", "OUT1", UART_MCR_OUT1 },
		{ "MCR", "OUT2", UART_MCR_OUT2 },
		{ "MCR", "LOOP", UART_MCR_LOOP },
		{ "LSR", "DR", UART_LSR_DR },
		{ "LSR", "OE", UART_LSR_OE },
		{ "LSR", "PE", UART_LSR_PE },
		{ "LSR", "FE", UART_LSR_FE },
		{ "LSR", "BI", UART_LSR_BI },
		{ "LSR", "THRE", UART_LSR_THRE },
		{ "LSR", "TEMT", UART_LSR_TEMT },
		{ "MSR", "CTS", UART_MSR_CTS },
		{ "MSR", "DSR", UART_MSR_DSR },
		{ "MSR", "RI", UART_MSR_RI },
		{ "MSR", "DCD", UART_MSR_DCD },
	};
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		check_eq(u64, rows[i].bits, field(rows[i].reg, rows[i].field), "%s.%s", rows[i].reg,
			 rows[i].field);
	check_eq(int, UART_IIR_MODEM, IIR_MODEM);
	check_eq(int, UART_IIR_THRE, IIR_THR_EMPTY);
	check_eq(int, UART_IIR_RX, IIR_RX_DATA);
	check_eq(int, UART_IIR_LINE, IIR_LINE);
	check_eq(int, UART_IIR_RX_TIMEOUT, IIR_TIMEOUT);
}
