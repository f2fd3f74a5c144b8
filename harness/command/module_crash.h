/* SPDX-License-Identifier: MIT */
/* When the code of a user's module crashes, or does not return, the message says so, and where: it
 * is a fault of neither the guest nor bimetal. */
#ifndef HARNESS_COMMAND_MODULE_CRASH_H
#define HARNESS_COMMAND_MODULE_CRASH_H

/* Call this after cpu_catch_engine_faults(), which takes for the engine's all that it catches. From
 * the first module that is loaded on, catch signals of crashes. Those in a module end the
 * process with EXIT_CODE_MODULE and a message, all others as before. */
void module_crash_catch(void);

#endif
