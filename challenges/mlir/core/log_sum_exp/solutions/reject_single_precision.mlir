// reject: test_ordinary wrong_answer - exponentials and logarithm in f32
func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %xy = arith.maximumf %x, %y : f64
  %top = arith.maximumf %xy, %z : f64
  // NaN is not equal to itself, nor is the difference of two equal infinities.
  %difference = arith.subf %top, %top : f64
  %finite = arith.cmpf oeq, %difference, %difference : f64
  %result = scf.if %finite -> (f64) {
    %dx = arith.subf %x, %top : f64
    %dy = arith.subf %y, %top : f64
    %dz = arith.subf %z, %top : f64
    %sx = arith.truncf %dx : f64 to f32
    %sy = arith.truncf %dy : f64 to f32
    %sz = arith.truncf %dz : f64 to f32
    %ex = math.exp %sx : f32
    %ey = math.exp %sy : f32
    %ez = math.exp %sz : f32
    %exy = arith.addf %ex, %ey : f32
    %sum = arith.addf %exy, %ez : f32
    %short = math.log %sum : f32
    %log = arith.extf %short : f32 to f64
    %total = arith.addf %top, %log : f64
    scf.yield %total : f64
  } else {
    scf.yield %top : f64
  }
  return %result : f64
}
