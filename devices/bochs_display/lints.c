/* SPDX-License-Identifier: MIT */
#include "devices/bochs_display/lints.h"

#define API "VBE Display API"

/* clang-format off */
const struct lint_desc bochs_display_lints[] = {
	[BOCHS_DISPLAY_LINT_ENABLED] =
	{ "XRES YRES BPP", "enabled", LINT_GUEST, API " [0xb0c0], Notes",
	  "XRES, YRES and BPP must not be written while ENABLE.ENABLED is set.",
	  "Bochs stops with a panic, or ignores the write: the old mode stays on the screen.",
	  "Write 0 to ENABLE, then the mode, then ENABLE again. Here the write is ignored." },
	[BOCHS_DISPLAY_LINT_RANGE] =
	{ "XRES YRES BPP", "range", LINT_GUEST, API " [0xb0c0], [0xb0c2]",
	  "BPP is 4, 8, 15, 16, 24 or 32 (0 means 8); XRES and YRES have limits, which they "
	  "read as while ENABLE.GETCAPS is set.",
	  "Bochs stops with a panic, or ignores the write: the register keeps its value.",
	  "Set ENABLE.GETCAPS and read the limits first; read the register back." },
	[BOCHS_DISPLAY_LINT_MULTIPLE] =
	{ "XRES", "multiple", LINT_GUEST, "Sortix issue 511, BGA Improvements",
	  "The adapters of Bochs and QEMU have horizontal resolutions that are multiples of 8.",
	  "Another value is cut, so that a row has fewer pixels than the program thinks: each "
	  "row of the picture is shifted against the one above.",
	  "Use a multiple of 8, or read XRES and VIRT_WIDTH back." },
	[BOCHS_DISPLAY_LINT_MODE] =
	{ "ENABLE", "mode", LINT_GUEST, API " [0xb0c0]",
	  "ENABLE.ENABLED sets the mode that XRES, YRES and BPP have; they are 0 at power-on.",
	  "There is no such mode: the adapter stays a VGA.",
	  "Write XRES, YRES and BPP before ENABLE." },
	[BOCHS_DISPLAY_LINT_MEMORY] =
	{ "ENABLE", "memory", LINT_GUEST, API " [0xb0c5]",
	  "A mode needs XRES * YRES pixels of video memory; VIDEO_MEMORY_64K says how much "
	  "there is. With 4 bits, each plane has 64 KiB.",
	  "The adapter stays a VGA, or shows fewer lines.",
	  "Compare with VIDEO_MEMORY_64K first, and read ENABLE back. Give the machine more: "
	  "--device vga,memory=64 (in MiB)." },
	[BOCHS_DISPLAY_LINT_BANK] =
	{ "BANK", "bank", LINT_GUEST, API " [0xb0c0], [0xb0c5]",
	  "BANK selects 64 KiB of the video memory for the window at 0xa0000; there are "
	  "VIDEO_MEMORY_64K banks, and only bank 0 with 4 bits.",
	  "The window shows another bank than the program thinks.",
	  "Stay below VIDEO_MEMORY_64K. Here the write is ignored." },
	[BOCHS_DISPLAY_LINT_VIRTUAL] =
	{ "VIRT_WIDTH", "virtual", LINT_GUEST, API " [0xb0c1]",
	  "The virtual width is at least XRES, and YRES rows of it fit into the memory.",
	  "The value is adjusted, so rows have another length than the program thinks.",
	  "Read VIRT_WIDTH back." },
	[BOCHS_DISPLAY_LINT_OFFSET] =
	{ "X_OFFSET Y_OFFSET", "offset", LINT_GUEST, API " [0xb0c1]",
	  "The visible part lies inside VIRT_WIDTH and VIRT_HEIGHT.",
	  "The value is adjusted, or the screen shows memory that belongs to no picture.",
	  "Keep X_OFFSET + XRES within VIRT_WIDTH, and Y_OFFSET + YRES within VIRT_HEIGHT. "
	  "Here the largest offset is used." },
	[BOCHS_DISPLAY_LINT_DISABLED] =
	{ "VIRT_WIDTH X_OFFSET Y_OFFSET", "disabled", LINT_GUEST, API " [0xb0c1]",
	  "Enabling a mode sets VIRT_WIDTH to XRES, and the offsets to 0.",
	  "What was written before is lost.",
	  "Write them after ENABLE." },
	[BOCHS_DISPLAY_LINT_ID] =
	{ "ID", "id", LINT_GUEST, API ", API History",
	  "ID takes 0xb0c0 to 0xb0c5.",
	  "Bochs stops with a panic, or ignores the write: ID reads as before.",
	  "Write the version that you need, and read it back." },
	[BOCHS_DISPLAY_LINT_VERSION] =
	{ "VIRT_WIDTH VIRT_HEIGHT X_OFFSET Y_OFFSET BPP ENABLE VIDEO_MEMORY_64K", "version",
	  LINT_GUEST, API ", API History",
	  "The program wrote an ID of an interface that does not have this yet: virtual size "
	  "and offsets came with 0xb0c1, more than 8 bits, LFB_ENABLED and NOCLEARMEM with "
	  "0xb0c2, GETCAPS and DAC_8BIT with 0xb0c3, VIDEO_MEMORY_64K with 0xb0c5.",
	  "An adapter of that version ignores it. Here it works, as on newer ones.",
	  "Write the ID of the version whose functions you use, and read it back." },
	[BOCHS_DISPLAY_LINT_INDEX] =
	{ "INDEX DATA", "index", LINT_GUEST, API ", #defines",
	  "The index register selects no register: 0 to 10 exist.",
	  "Reads are 0, writes are ignored.",
	  "Use indices 0 to 10." },
	[BOCHS_DISPLAY_LINT_ENDIANNESS] =
	{ "ENDIANNESS", "endianness", LINT_GUEST, "QEMU Standard VGA, MMIO area spec",
	  "The register takes 0xbebebebe (big endian) and 0x1e1e1e1e (little endian).",
	  "Other values are ignored.", "Write one of the two." },
	{ 0 },
};

const struct lint_desc bochs_display_framebuffer_lints[] = {
	[BOCHS_DISPLAY_FRAMEBUFFER_LINT_BANKED] =
	{ NULL, "banked", LINT_GUEST, API " [0xb0c2]",
	  "ENABLE.LFB_ENABLED says that the linear framebuffer is in use. Without it the mode is "
	  "a banked one, whose memory is at 0xa0000.",
	  "An adapter need not answer at the linear framebuffer then. This one does.",
	  "Set LFB_ENABLED together with ENABLED." },
	{ 0 },
};
/* clang-format on */
