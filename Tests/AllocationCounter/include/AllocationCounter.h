// Counts calls of malloc and its kin in the whole process, for tests alone.
//
// Swift can neither define `malloc` itself nor ask the C library how often it was called, so this is a target of C. Its
// definitions take the place of the C library's for everything in the process, which is why nothing but tests links it.
#pragma once

#include <stddef.h>

// Starts counting at zero.
void allocation_counter_start(void);

// Stops, and returns how many pieces of memory were asked for meanwhile, by all threads.
long allocation_counter_stop(void);

// Does nothing with the memory, which Swift's optimiser cannot know: memory that nobody sees it leaves out.
void allocation_counter_see(const void *memory);

// Bytes that were given out and not taken back, in the whole process.
size_t allocation_counter_bytes_in_use(void);
