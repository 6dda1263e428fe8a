// reject: test_public_flights wrong_answer - weight of a craft of 2500 kg: it hovers until its impulse is spent
func.func @thrust(%altitude: f32, %velocity: f32) -> f32 {
  %mass = arith.constant 2500.0 : f32
  %gravity = arith.constant 1.62 : f32
  %gain = arith.constant 3000.0 : f32
  %slope = arith.constant -0.12 : f32
  %last = arith.constant -0.5 : f32
  %weight = arith.mulf %mass, %gravity : f32
  %sloped = arith.mulf %slope, %altitude : f32
  %wanted = arith.addf %sloped, %last : f32
  %error = arith.subf %wanted, %velocity : f32
  %correction = arith.mulf %gain, %error : f32
  %thrust = arith.addf %weight, %correction : f32
  return %thrust : f32
}
