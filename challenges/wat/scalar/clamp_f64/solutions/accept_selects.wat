(module
  (func (export "clamp_f64") (param f64 f64 f64) (result f64)
    local.get 1
    local.get 2
    local.get 0
    local.get 0
    local.get 2
    f64.gt
    select
    local.get 0
    local.get 1
    f64.lt
    select))
