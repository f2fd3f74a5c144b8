/* SPDX-License-Identifier: MIT */
#include "devices/q35/pirq_router.h"

enum { ROUT_IRQ = 0x0f, FIRST_SLOT_PIRQ = 4, N_SLOT_PIRQS = 4 };

/* Interrupts to which a PIRQ can be routed: not 0, 1, 2, 8, 13 (Intel 6 Series 13.1.18). */
enum {
	ROUTABLE = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 11 |
		   1 << 12 | 1 << 14 | 1 << 15
};

static uint8_t pirq_levels(const struct pirq_router_model *router)
{
	unsigned levels = 0;

	for (unsigned d = 0; d < PIRQ_N_DEVICES; d++)
		for (unsigned p = 0; p < PIRQ_N_PINS; p++)
			if (router->s.asserted[d] >> p & 1) levels |= 1u << router->s.wire[d][p];
	return (uint8_t)levels;
}

static uint16_t isa_levels(const struct pirq_router_model *router)
{
	unsigned levels = 0;

	for (unsigned i = 0; i < PIRQ_N; i++) {
		uint8_t rout = router->s.rout[i];
		if (router->s.pirq >> i & 1 && !(rout & PIRQ_NOT_ROUTED))
			levels |= 1u << (rout & ROUT_IRQ) & ROUTABLE;
	}
	return (uint16_t)levels;
}

static void drive(struct pirq_router_model *router)
{
	unsigned was = router->s.pirq, is = pirq_levels(router);
	unsigned isa_was = router->s.isa, isa_is;

	router->s.pirq = (uint8_t)is;
	isa_is = isa_levels(router);
	router->s.isa = (uint16_t)isa_is;
	for (unsigned i = 0; i < PIRQ_N; i++)
		if ((was ^ is) >> i & 1) irq_set(&router->wire.ioapic_pin[i], is >> i & 1);
	for (unsigned i = 0; i < PIRQ_N_ISA; i++)
		if ((isa_was ^ isa_is) >> i & 1) irq_set(&router->wire.isa[i], isa_is >> i & 1);
}

void pirq_router_model_init(struct pirq_router_model *router,
			    const struct pirq_router_model_wiring *wire)
{
	*router = (struct pirq_router_model){ .wire = *wire };
	for (unsigned i = 0; i < PIRQ_N; i++) router->s.rout[i] = PIRQ_NOT_ROUTED;
	for (unsigned d = 0; d < PIRQ_N_DEVICES; d++)
		for (unsigned p = 0; p < PIRQ_N_PINS; p++)
			router->s.wire[d][p] = (uint8_t)(FIRST_SLOT_PIRQ + (d + p) % N_SLOT_PIRQS);
}

void pirq_router_model_intx(void *router, unsigned device, unsigned pin, bool asserted)
{
	struct pirq_router_model *r = router;
	uint8_t bit = (uint8_t)(1u << pin % PIRQ_N_PINS);

	if (device >= PIRQ_N_DEVICES) return;
	if (asserted)
		r->s.asserted[device] |= bit;
	else
		r->s.asserted[device] &= (uint8_t)~bit;
	drive(r);
}

void pirq_router_model_rout(struct pirq_router_model *router, unsigned pirq, uint8_t value)
{
	if (pirq >= PIRQ_N) return;
	router->s.rout[pirq] = value;
	drive(router);
}

void pirq_router_model_wire(struct pirq_router_model *router, unsigned device, unsigned pin,
			    unsigned pirq)
{
	if (device >= PIRQ_N_DEVICES || pin >= PIRQ_N_PINS || pirq >= PIRQ_N) return;
	router->s.wire[device][pin] = (uint8_t)pirq;
	drive(router);
}

unsigned pirq_router_model_pirq(const struct pirq_router_model *router, unsigned device,
				unsigned pin)
{
	return router->s.wire[device % PIRQ_N_DEVICES][pin % PIRQ_N_PINS];
}
