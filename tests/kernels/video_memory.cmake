# SPDX-License-Identifier: MIT
# The video memory of a VGA, as mode 13h addresses it. Not under QEMU: in chain-4 its window is plain memory
# whatever the graphics controller says, and a read does not load the latches.
add_kernel(video_memory BITS 32 SOURCES ${DEVICES}/vga/kernel_video_memory.c NOQEMU)
