// Two at a time: the larger, and log1p of what the smaller adds to it.
func.func private @two(%x: f64, %y: f64) -> f64 {
  %same = arith.cmpf oeq, %x, %y : f64
  %result = scf.if %same -> (f64) {
    // Covers two equal infinities, whose difference would be NaN.
    %two = arith.constant 2.0 : f64
    %log2 = math.log %two : f64
    %sum = arith.addf %x, %log2 : f64
    scf.yield %sum : f64
  } else {
    %top = arith.maximumf %x, %y : f64
    %low = arith.minimumf %x, %y : f64
    %apart = arith.subf %low, %top : f64
    %part = math.exp %apart : f64
    %more = math.log1p %part : f64
    %sum = arith.addf %top, %more : f64
    scf.yield %sum : f64
  }
  return %result : f64
}

func.func @log_sum_exp(%x: f64, %y: f64, %z: f64) -> f64 {
  %xy = call @two(%x, %y) : (f64, f64) -> f64
  %xyz = call @two(%xy, %z) : (f64, f64) -> f64
  return %xyz : f64
}
