// reject: test_hidden_flights wrong_answer - so much thrust in advance that a craft of 850 kg hovers below 50 m
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %deceleration = arith.constant 1.5 : f32
  %gain = arith.constant 2000.0 : f32
  %last = arith.constant 0.5 : f32
  %two = arith.constant 2.0 : f32
  %base = arith.constant 3120.0 : f32
  %ahead = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %left = arith.subf %altitude, %ahead : f32
  %braking = arith.maximumf %left, %zero : f32
  %twice = arith.mulf %two, %braking : f32
  %square = arith.mulf %deceleration, %twice : f32
  %speed = math.sqrt %square : f32
  %fastest = arith.addf %speed, %last : f32
  %excess = arith.addf %fastest, %velocity : f32
  %correction = arith.mulf %gain, %excess : f32
  %thrust = arith.subf %base, %correction : f32
  return %thrust : f32
}
