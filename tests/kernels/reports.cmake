# SPDX-License-Identifier: MIT
# Kernels that fail on purpose, for the reports of crashes and stalls (tests/system/command/reports.sh runs
# them and reads the reports).
foreach(case no_idt gate_absent gate_zero gate_data handler_user rsp0_noncanonical rsp0_unmapped
    ist_unmapped not_present reserved_bit no_execute read_only user_page guard_page null_call
    wild_jump poll_port poll_memory idle fault_storm masked_irq counting handler_unmapped)
  string(TOUPPER ${case} define)
  kernel_image(report_${case} BITS 64 SOURCES reports.c DEFINES REPORT=REPORT_${define})
endforeach()
foreach(case not_present poll_port guard_page tss_limit)
  string(TOUPPER ${case} define)
  kernel_image(report32_${case} BITS 32 SOURCES reports.c DEFINES REPORT=REPORT_${define})
endforeach()
