/* SPDX-License-Identifier: MIT */
/* Every device of the machine `pc` (ACPI Specification 6.3, chapters 5, 6 and 19). Addresses agree
 * with acpi_config_pc (acpi_tables.c). The build runs it through the C preprocessor and iasl and
 * turns the result into an array: cmake/CompileAsl.cmake. */

/* ---- PCI interrupts: from a slot's INTA-INTD to PIRQA-PIRQH ----
 * Slots 0 to 24 take PIRQE to PIRQH in turn, beginning with their own number; slots 25 to 31 lie in
 * the ICH, and their INTA is PIRQA, as D31IR to D25IR have it at reset. */

/* _PRT entries (ACPI 6.2.13): function FFFF is any; a link and no pin, or no link and the I/O APIC's
 * pin: PIRQA is 16, PIRQB 17 and so on. */
#define INTX(slot, pin, source, index) Package () { slot##FFFF, pin, source, index }
#define SLOT_BY_LINK(slot, a, b, c, d) \
    INTX(slot, 0, LNK##a, 0), INTX(slot, 1, LNK##b, 0), INTX(slot, 2, LNK##c, 0), \
    INTX(slot, 3, LNK##d, 0)
#define PIN_A 16
#define PIN_B 17
#define PIN_C 18
#define PIN_D 19
#define PIN_E 20
#define PIN_F 21
#define PIN_G 22
#define PIN_H 23
#define SLOT_BY_PIN(slot, a, b, c, d) \
    INTX(slot, 0, 0, PIN_##a), INTX(slot, 1, 0, PIN_##b), INTX(slot, 2, 0, PIN_##c), \
    INTX(slot, 3, 0, PIN_##d)

#define FOUR_SLOTS(SLOT, s0, s1, s2, s3) \
    SLOT(s0, E, F, G, H), SLOT(s1, F, G, H, E), SLOT(s2, G, H, E, F), SLOT(s3, H, E, F, G)
#define ALL_SLOTS(SLOT)                                    \
    FOUR_SLOTS(SLOT, 0x0000, 0x0001, 0x0002, 0x0003),      \
    FOUR_SLOTS(SLOT, 0x0004, 0x0005, 0x0006, 0x0007),      \
    FOUR_SLOTS(SLOT, 0x0008, 0x0009, 0x000A, 0x000B),      \
    FOUR_SLOTS(SLOT, 0x000C, 0x000D, 0x000E, 0x000F),      \
    FOUR_SLOTS(SLOT, 0x0010, 0x0011, 0x0012, 0x0013),      \
    FOUR_SLOTS(SLOT, 0x0014, 0x0015, 0x0016, 0x0017),      \
    SLOT(0x0018, E, F, G, H), SLOT(0x0019, A, B, C, D),    \
    SLOT(0x001A, A, B, C, D), SLOT(0x001B, A, B, C, D),    \
    SLOT(0x001C, A, B, C, D), SLOT(0x001D, A, B, C, D),    \
    SLOT(0x001E, A, B, C, D), SLOT(0x001F, A, B, C, D)

/* A link (ACPI 6.2.9, PNP0C0F): which line of the 8259s a PIRQ drives, PIRQx_ROUT of the LPC bridge
 * (82801IB 13.1.17), whose bit 7 routes it nowhere. _SRS finds the lines in the second and third byte
 * of an IRQ descriptor (ACPI 6.4.2.1). Only used with the 8259s. */
#define LINK(name, number, rout)                                      \
    Device (name)                                                     \
    {                                                                 \
        Name (_HID, EisaId ("PNP0C0F"))                               \
        Name (_UID, number)                                           \
        Name (_PRS, ResourceTemplate ()                               \
        {                                                             \
            IRQ (Level, ActiveLow, Shared) { 5, 10, 11 }              \
        })                                                            \
        Method (_STA)                                                 \
        {                                                             \
            If (\_SB.PCI0.LPC.rout & 0x80)                            \
            {                                                         \
                Return (0x09)                                         \
            }                                                         \
            Return (0x0B)                                             \
        }                                                             \
        Name (CURR, ResourceTemplate ()                               \
        {                                                             \
            IRQ (Level, ActiveLow, Shared, LINE) {}                   \
        })                                                            \
        CreateWordField (CURR, LINE._INT, MASK)                       \
        Method (_CRS, 0, Serialized)                                  \
        {                                                             \
            MASK = 0                                                  \
            If (!(\_SB.PCI0.LPC.rout & 0x80))                         \
            {                                                         \
                MASK = 1 << (\_SB.PCI0.LPC.rout & 0x0F)               \
            }                                                         \
            Return (CURR)                                             \
        }                                                             \
        Method (_SRS, 1)                                              \
        {                                                             \
            CreateWordField (Arg0, 1, IRQS)                           \
            FindSetRightBit (IRQS, Local0)                            \
            If (Local0)                                               \
            {                                                         \
                \_SB.PCI0.LPC.rout = Local0 - 1                       \
            }                                                         \
        }                                                             \
        Method (_DIS)                                                 \
        {                                                             \
            \_SB.PCI0.LPC.rout = 0x80                                 \
        }                                                             \
    }

/* A 16550 at its usual place. */
#define UART(name, number, base, line)                                \
    Device (name)                                                     \
    {                                                                 \
        Name (_HID, EisaId ("PNP0501"))                               \
        Name (_UID, number)                                           \
        Name (_CRS, ResourceTemplate ()                               \
        {                                                             \
            IO (Decode16, base, base, 1, 8)                           \
            IRQNoFlags () { line }                                    \
        })                                                            \
    }

DefinitionBlock ("", "DSDT", 2, "BIMETL", "BIMETLPC", 0x00000001)
{
    /* SLP_TYP 7: 82801IB (ICH9) 13.8.3.3. */
    Name (\_S5, Package () { 0x07, 0x00, 0x00, 0x00 })

    /* Set by the operating system: 0 for the 8259s, 1 for the I/O APIC. */
    Name (\PICM, 0)
    Method (\_PIC, 1)
    {
        \PICM = Arg0
    }

    Scope (\_SB)
    {
        Device (CPU0)
        {
            Name (_HID, "ACPI0007")
            Name (_UID, 0)
        }

        LINK (LNKA, 1, PRQA)
        LINK (LNKB, 2, PRQB)
        LINK (LNKC, 3, PRQC)
        LINK (LNKD, 4, PRQD)
        LINK (LNKE, 5, PRQE)
        LINK (LNKF, 6, PRQF)
        LINK (LNKG, 7, PRQG)
        LINK (LNKH, 8, PRQH)

        Device (PCI0)
        {
            Name (_HID, EisaId ("PNP0A08"))
            Name (_CID, EisaId ("PNP0A03"))
            Name (_UID, 0)
            Name (_SEG, 0)
            Name (_BBN, 0)

            Name (_CRS, ResourceTemplate ()
            {
                WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode,
                    0, 0x0000, 0x00FF, 0, 0x0100)
                IO (Decode16, 0x0CF8, 0x0CF8, 1, 8)
                WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
                    0, 0x0000, 0x0CF7, 0, 0x0CF8)
                WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
                    0, 0x0D00, 0xFFFF, 0, 0xF300)
                DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
                    ReadWrite, 0, 0x000A0000, 0x000BFFFF, 0, 0x00020000)
                DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
                    ReadWrite, 0, 0xC0000000, 0xFEBFFFFF, 0, 0x3EC00000)
            })

            Name (PRTL, Package () { ALL_SLOTS(SLOT_BY_LINK) })
            Name (PRTP, Package () { ALL_SLOTS(SLOT_BY_PIN) })
            Method (_PRT)
            {
                If (\PICM)
                {
                    Return (PRTP)
                }
                Return (PRTL)
            }

            /* PCI Firmware Specification 3.0, 4.5: of the features known here this firmware keeps
             * none for itself. */
            Method (_OSC, 4)
            {
                CreateDWordField (Arg3, 0, CDW1)
                If ((Arg0 != ToUUID ("33db4d5b-1ff7-401c-9657-7441c03dd766")) || (Arg2 < 3))
                {
                    CDW1 |= 0x04 /* unrecognised UUID */
                    Return (Arg3)
                }
                If (Arg1 != 1)
                {
                    CDW1 |= 0x08 /* unrecognised revision */
                }
                CreateDWordField (Arg3, 8, CDW3)
                Local0 = CDW3 & 0x1F
                If (Local0 != CDW3)
                {
                    CDW1 |= 0x10 /* capabilities masked */
                }
                CDW3 = Local0
                Return (Arg3)
            }

            Device (MCH0)
            {
                Name (_ADR, 0)
            }

            Device (LPC)
            {
                Name (_ADR, 0x001F0000)
                OperationRegion (ROUT, PCI_Config, 0x60, 0x0C)
                Field (ROUT, ByteAcc, NoLock, Preserve)
                {
                    PRQA, 8,
                    PRQB, 8,
                    PRQC, 8,
                    PRQD, 8,
                    Offset (0x08),
                    PRQE, 8,
                    PRQF, 8,
                    PRQG, 8,
                    PRQH, 8
                }

                Device (HPET)
                {
                    Name (_HID, EisaId ("PNP0103"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        Memory32Fixed (ReadWrite, 0xFED00000, 0x00000400)
                    })
                }

                Device (PIC)
                {
                    Name (_HID, EisaId ("PNP0000"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x0020, 0x0020, 1, 2)
                        IO (Decode16, 0x00A0, 0x00A0, 1, 2)
                        IO (Decode16, 0x04D0, 0x04D0, 1, 2)
                        IRQNoFlags () { 2 }
                    })
                }

                Device (PIT)
                {
                    Name (_HID, EisaId ("PNP0100"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x0040, 0x0040, 1, 4)
                        IRQNoFlags () { 0 }
                    })
                }

                Device (DMAC)
                {
                    Name (_HID, EisaId ("PNP0200"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x0000, 0x0000, 1, 0x10)
                        IO (Decode16, 0x0081, 0x0081, 1, 0x0F)
                        IO (Decode16, 0x00C0, 0x00C0, 1, 0x20)
                        DMA (Compatibility, NotBusMaster, Transfer8_16) { 4 }
                    })
                }

                Device (RTC)
                {
                    Name (_HID, EisaId ("PNP0B00"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x0070, 0x0070, 1, 2)
                        IRQNoFlags () { 8 }
                    })
                }

                Device (FPU)
                {
                    Name (_HID, EisaId ("PNP0C04"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x00F0, 0x00F0, 1, 1)
                        IRQNoFlags () { 13 }
                    })
                }

                Device (SPKR)
                {
                    Name (_HID, EisaId ("PNP0800"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x0061, 0x0061, 1, 1)
                    })
                }

                Device (KBD)
                {
                    Name (_HID, EisaId ("PNP0303"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x0060, 0x0060, 1, 1)
                        IO (Decode16, 0x0064, 0x0064, 1, 1)
                        IRQNoFlags () { 1 }
                    })
                }

                Device (MOU)
                {
                    Name (_HID, EisaId ("PNP0F13"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IRQNoFlags () { 12 }
                    })
                }

                UART (COM1, 1, 0x03F8, 4)
                UART (COM2, 2, 0x02F8, 3)
                UART (COM3, 3, 0x03E8, 4)
                UART (COM4, 4, 0x02E8, 3)

                Device (VGA)
                {
                    Name (_HID, EisaId ("PNP0900"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x03B0, 0x03B0, 1, 0x0C)
                        IO (Decode16, 0x03C0, 0x03C0, 1, 0x20)
                        Memory32Fixed (ReadWrite, 0x000A0000, 0x00020000)
                    })
                }

                Device (FWCF)
                {
                    Name (_HID, "QEMU0002")
                    Name (_STA, 0x0B)
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x0510, 0x0510, 1, 0x0C)
                    })
                }
            }

            /* What no driver shall take: ports of the board, the power management block, ECAM, and the
             * chipset's own registers (RCBA). */
            Device (SYSB)
            {
                Name (_HID, EisaId ("PNP0C02"))
                Name (_UID, 0)
                Name (_CRS, ResourceTemplate ()
                {
                    IO (Decode16, 0x0080, 0x0080, 1, 1)
                    IO (Decode16, 0x0092, 0x0092, 1, 1)
                    IO (Decode16, 0x00B2, 0x00B2, 1, 2)
                    IO (Decode16, 0x00E9, 0x00E9, 1, 1)
                    IO (Decode16, 0x00F4, 0x00F4, 1, 4)
                    IO (Decode16, 0x0402, 0x0402, 1, 1)
                    IO (Decode16, 0x0600, 0x0600, 1, 0x80)
                    Memory32Fixed (ReadWrite, 0xB0000000, 0x10000000)
                    Memory32Fixed (ReadWrite, 0xFED1C000, 0x00004000)
                })
            }
        }
    }
}
