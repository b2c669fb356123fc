// What libtally.so shows of itself. All else in it is hidden: it can clash with nothing of a program's.
#pragma once

#define TALLY_API __attribute__((visibility("default")))
