/* SPDX-License-Identifier: MIT */
/* External and virtual interrupts while a guest runs (unread: AMD APM Vol. 2, 15.21). */
#include "emu/unicorn/x86/cpu_internal.h"

static bool masks_virtually(const struct svm_state *svm)
{
	return svm->guest && (svm->interrupt & V_INTR_MASKING);
}

bool svm_virtual_pending(const struct cpu *cpu)
{
	const struct svm_state *svm = &cpu->s.svm;
	if (!svm->guest || !(svm->interrupt & V_IRQ)) return false;
	unsigned priority = svm->interrupt >> V_INTR_PRIO_SHIFT & V_INTR_PRIO_MASK;
	return (svm->interrupt & V_IGN_TPR) || priority > (svm->interrupt & V_TPR_MASK);
}

uint8_t svm_virtual_take(struct cpu *cpu)
{
	struct svm_state *svm = &cpu->s.svm;
	svm->interrupt &= ~(uint64_t)V_IRQ;
	return (uint8_t)(svm->interrupt >> V_INTR_VECTOR_SHIFT);
}

bool svm_external_accepted(const struct cpu *cpu, uint64_t rflags)
{
	const struct svm_state *svm = &cpu->s.svm;
	if (svm->gif_clear) return false;
	return masks_virtually(svm) ? svm->host_if : rflags & FL_IF;
}

bool svm_virtual_accepted(const struct cpu *cpu, uint64_t rflags)
{
	return svm_virtual_pending(cpu) && (rflags & FL_IF);
}

bool svm_cr8_read(const struct cpu *cpu, uint8_t *value)
{
	if (!masks_virtually(&cpu->s.svm)) return false;
	*value = cpu->s.svm.interrupt & V_TPR_MASK;
	return true;
}

bool svm_cr8_write(struct cpu *cpu, uint8_t value)
{
	struct svm_state *svm = &cpu->s.svm;
	if (!masks_virtually(svm)) return false;
	svm->interrupt = (svm->interrupt & ~(uint64_t)V_TPR_MASK) | value;
	cpu_want_attention(cpu);
	return true;
}

uint64_t svm_tsc_offset(const struct cpu *cpu)
{
	return cpu->s.svm.guest ? cpu->s.svm.tsc_offset : 0;
}
