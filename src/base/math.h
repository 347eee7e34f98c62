// exp, log, sin, cos and pow whose bits are the same on every machine. libm chooses its code by
// CPU and version; a rotary angle or a sampling probability that differs in the last bit would
// break the promise that an answer can be replayed elsewhere (design, part 3). Only + - * / and
// exact conversions are used, no fused multiply-add.
//
// Accuracy, tested against libm's long double:
//   exp   1e-15 relative where the result is normal; 0 below -745.2, +inf above 709.8
//   log   1e-15 relative for x > 0 (absolute next to 1); -inf for 0; NaN for x < 0
//   sin, cos   3e-16 absolute for |x| <= 2^20 (rotary angles: position times frequency);
//              less beyond, NaN from 2^31
//   pow   exp(y * log(x)): 1e-14 relative while |y * log(x)| <= 30; x > 0
// NaN in, NaN out.
//
// Threads: pure functions. Method: range reduction after Cody and Waite, "Software Manual for the
// Elementary Functions" (1980), then Taylor series long enough that only rounding is left.
#pragma once

namespace byeol::math {

double exp(double x);
double log(double x);
double sin(double x);
double cos(double x);
double pow(double x, double y);

}  // namespace byeol::math
