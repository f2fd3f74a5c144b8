; SPDX-License-Identifier: MIT
; A CD with only a boot image: BOOT (a file), MEDIA (its type), COUNT (how many sectors of 512 bytes are loaded),
; SEGMENT. With PARTITION the image gets a partition table: one of 2 heads and 18 sectors, 57 cylinders.
%define SECTOR 2048
%define IMAGE_AT 24

	times 16 * SECTOR db 0

; ECMA-119 8.4: a primary volume descriptor, by which a CD is recognised
	db	1, "CD001", 1
	times 17 * SECTOR - ($ - $$) db 0

; El Torito figure 7
	db	0, "CD001", 1, "EL TORITO SPECIFICATION"
	times 17 * SECTOR + 0x47 - ($ - $$) db 0
	dd	19
	times 18 * SECTOR - ($ - $$) db 0

	db	255, "CD001", 1
	times 19 * SECTOR - ($ - $$) db 0

; figure 2: the words add up to 0
	db	1, 0
	times 19 * SECTOR + 0x1c - ($ - $$) db 0
	dw	0x10000 - 0x0001 - 0xaa55
	db	0x55, 0xaa
; figure 3
	db	0x88, MEDIA
	dw	SEGMENT
	db	0, 0
	dw	COUNT
	dd	IMAGE_AT
	times IMAGE_AT * SECTOR - ($ - $$) db 0

%ifdef PARTITION
	incbin	BOOT, 0, 446
	db	0x80, 0, 2, 0, 0x0c, 1, 18, 56
	dd	1, 57 * 2 * 18 - 1
	times 48 db 0
	incbin	BOOT, 510
%else
	incbin	BOOT
%endif
	times -($ - $$) & (SECTOR - 1) db 0
