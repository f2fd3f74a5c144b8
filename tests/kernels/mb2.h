/* SPDX-License-Identifier: MIT */
/* What mb2.c expects of its loaders. */
#ifndef TESTS_KERNELS_MB2_H
#define TESTS_KERNELS_MB2_H

#define MB2_COMMAND       "some command line arguments"
#define MB2_MODULE_TEXT   "text of the module"
#define MB2_MODULE_BYTES  "these are the bytes of a module\n"
#define MB2_CHAIN_NAME    "mb2_chain"
#define MB2_CHAIN_COMMAND "chainloaded"

#endif
